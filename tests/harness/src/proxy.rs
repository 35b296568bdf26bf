//! A network that can fail: a proxy whose connections are cut.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::HarnessError;

/// Passes connections on to a server of this machine, until they are cut.
///
/// It ends with the value: its port is closed, and so are its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    server: u16,
    /// Both ends of every connection, until it is closed.
    open: Mutex<Vec<[TcpStream; 2]>>,
    refusing: AtomicBool,
    ended: AtomicBool,
    /// How many requests clients have made: what they sent in one go.
    requests: AtomicU64,
    /// At which of them everything is cut; none at 0.
    limit: AtomicU64,
    /// Whether that one still reaches the server.
    answered: AtomicBool,
}

/// What clients send in one go is at most so long here, or counts as several.
const CHUNK: usize = 1 << 16;

impl Proxy {
    /// Begins to listen on a free port, for a server on this one.
    pub fn start(server: u16) -> Result<Proxy, HarnessError> {
        let failed = HarnessError::io("listen for", Path::new("a proxy on 127.0.0.1"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.map_err(failed)?;
        let state = Arc::new(State {
            server,
            open: Mutex::default(),
            refusing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            limit: AtomicU64::new(0),
            answered: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&state);
        thread::spawn(move || accepting.accept(&listener));
        Ok(Proxy { address, state })
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Cuts every connection, whatever is under way on it. How many there were.
    pub fn cut(&self) -> usize {
        self.state.cut()
    }

    /// Whether connections are closed as soon as they are made.
    pub fn refuse(&self, refuse: bool) {
        self.state.refusing.store(refuse, Ordering::SeqCst);
    }
}

impl Proxy {
    /// Cuts every connection at the request of this number, counted from 1 over all of them, and
    /// refuses others from then on. The server never sees that request, or, if `answered`, does what
    /// it asks for, and only its answer is lost.
    pub fn cut_at(&self, request: u64, answered: bool) {
        self.state.answered.store(answered, Ordering::SeqCst);
        self.state.limit.store(request, Ordering::SeqCst);
    }

    /// Whether it has come to that.
    pub fn was_cut(&self) -> bool {
        self.state.refusing.load(Ordering::SeqCst)
    }

    /// How many requests clients have made.
    pub fn requests(&self) -> u64 {
        self.state.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        self.state.cut();
        // The listener waits for a connection, and sees with the next one that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            // A server that is away, or a client that has gone again, is a closed connection.
            if let Ok(client) = client
                && !self.refusing.load(Ordering::SeqCst)
            {
                let _ = self.pass_on(client);
            }
        }
    }

    fn pass_on(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, self.server))?;
        for end in [&client, &server] {
            end.set_nodelay(true)?;
        }
        let ends = [client.try_clone()?, server.try_clone()?];
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // What was closed by its ends is forgotten here, so that the list does not grow.
        open.retain(|[client, _]| client.peer_addr().is_ok());
        open.push(ends);
        drop(open);
        let (asking, to_server) = (client.try_clone()?, server.try_clone()?);
        let unanswered = Arc::new(AtomicBool::new(false));
        let (state, last) = (Arc::clone(self), Arc::clone(&unanswered));
        thread::spawn(move || {
            copy(asking, to_server, || match state.counted() {
                Passing::Last => {
                    last.store(true, Ordering::SeqCst);
                    true
                }
                Passing::On => true,
                Passing::Cut => false,
            });
        });
        let state = Arc::clone(self);
        thread::spawn(move || {
            copy(server, client, || {
                let answers = unanswered.load(Ordering::SeqCst);
                if answers {
                    state.end();
                }
                !answers
            });
        });
        Ok(())
    }

    /// Counts a request. What becomes of it.
    fn counted(&self) -> Passing {
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        match self.limit.load(Ordering::SeqCst) {
            0 => Passing::On,
            limit if number < limit => Passing::On,
            limit if number == limit && self.answered.load(Ordering::SeqCst) => Passing::Last,
            _ => {
                self.end();
                Passing::Cut
            }
        }
    }

    /// Cuts everything, for good.
    fn end(&self) {
        self.refusing.store(true, Ordering::SeqCst);
        self.cut();
    }

    fn cut(&self) -> usize {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = open.drain(..);
        cut.filter(|ends| {
            let closed = ends.each_ref().map(|end| end.shutdown(Shutdown::Both));
            // Once one end is closed, the thread that copies from it may close the other first.
            closed.iter().any(Result::is_ok)
        })
        .count()
    }
}

/// What becomes of a request.
enum Passing {
    On,
    /// It is passed on, and its answer is not.
    Last,
    Cut,
}

/// The end of one direction is the end of both: no client of a database closes half. Before each
/// piece it is asked whether it is passed on.
fn copy(mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut() -> bool) {
    let mut piece = vec![0; CHUNK];
    while let Ok(length) = from.read(&mut piece)
        && length > 0
        && passes()
        && to.write_all(&piece[..length]).is_ok()
    {}
    for end in [from, to] {
        let _ = end.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut byte = [0];
                    while stream.read_exact(&mut byte).is_ok() {
                        stream.write_all(&byte).unwrap();
                    }
                });
            }
        });
        port
    }

    fn ask(stream: &mut TcpStream) -> io::Result<u8> {
        let mut byte = [7];
        stream.write_all(&byte)?;
        stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    #[test]
    fn connections_are_passed_on_until_they_are_cut_and_new_ones_until_they_are_refused() {
        let proxy = Proxy::start(echo()).unwrap();
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
        let mut stream = connect();
        assert_eq!(ask(&mut stream).unwrap(), 7);
        assert_eq!(proxy.cut(), 1);
        assert!(ask(&mut stream).is_err());
        proxy.refuse(true);
        assert!(ask(&mut connect()).is_err());
        proxy.refuse(false);
        assert_eq!(ask(&mut connect()).unwrap(), 7);
    }

    #[test]
    fn a_request_is_the_last_one_and_its_answer_is_lost() {
        for answered in [false, true] {
            let proxy = Proxy::start(echo()).unwrap();
            let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
            let (mut one, mut other) = (connect(), connect());
            proxy.cut_at(3, answered);
            assert_eq!(ask(&mut one).unwrap(), 7);
            assert_eq!(ask(&mut other).unwrap(), 7);
            assert!(!proxy.was_cut());
            assert!(ask(&mut one).is_err());
            assert!(proxy.was_cut());
            assert_eq!(proxy.requests(), 3);
            assert!(ask(&mut other).is_err());
            assert!(ask(&mut connect()).is_err());
        }
    }
}

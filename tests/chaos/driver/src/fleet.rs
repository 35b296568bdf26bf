//! The instances that run, and what they may be.

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use colmig_chaos_app::{LEASE, Line, Random, RawWrites, now};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::build::{Build, Programs};
use crate::error::{Error, Result};
use crate::history::{History, Pending};

/// How many rows everybody writes.
pub(crate) const ROWS: i64 = 48;

/// How many things an instance does at a time.
const WORKERS: i64 = 3;

/// How long an instance may take to do what it is told, or to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// An instance that runs.
#[derive(Debug)]
struct Instance {
    name: String,
    build: Build,
    child: Child,
    input: Option<ChildStdin>,
    told: Receiver<RawWrites>,
    /// Until when it stands still.
    paused: Option<Instant>,
}

/// The instances of a round.
#[derive(Debug)]
pub(crate) struct Fleet {
    programs: Programs,
    urls: Vec<String>,
    /// How many rows there are that nobody writes.
    cold: i64,
    history: Arc<Mutex<History>>,
    instances: Vec<Instance>,
    readers: Vec<JoinHandle<()>>,
    /// The builds that may be deployed now.
    legal: Vec<Build>,
    raw: RawWrites,
    next: i64,
}

impl Fleet {
    pub(crate) fn new(
        programs: &Programs,
        urls: &[String],
        cold: i64,
        history: &Arc<Mutex<History>>,
    ) -> Fleet {
        Fleet {
            programs: programs.clone(),
            urls: urls.to_vec(),
            cold,
            history: Arc::clone(history),
            instances: Vec::new(),
            readers: Vec::new(),
            legal: vec![Build::Before],
            raw: RawWrites::Nothing,
            next: 0,
        }
    }

    /// Runs a build to its end, and takes down what it tells.
    pub(crate) fn once(&mut self, build: Build, url: &str, what: &'static str) -> Result<()> {
        let mut command = self.programs.application(build);
        command.args([what, url]).stdin(Stdio::null());
        if what == "seed" {
            command.args([ROWS, self.cold].map(|rows| rows.to_string()));
        }
        let path = command.get_program().to_owned();
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::io("start", path.as_ref()))?;
        let (tell, _) = channel();
        if let Some(stdout) = child.stdout.take() {
            follow(BufReader::new(stdout), what, &self.history, &tell);
        }
        let status = child.wait().map_err(Error::io("wait for", path.as_ref()))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Application {
            build: build.to_string(),
            what,
        })
    }

    /// Starts an instance of one of the builds that may be deployed now.
    pub(crate) fn deploy(&mut self, random: &mut Random) -> Result<()> {
        let build = random.one_of(&self.legal).copied();
        let instance = self.start(build.unwrap_or(Build::During), "all")?;
        self.instances.push(instance);
        Ok(())
    }

    /// Starts an instance of a build that does not fit, and ends it after a while: its accessors
    /// are refused by type. Its SQL by hand would fail, and nothing promises that it does not.
    pub(crate) fn misfit(fleet: &Mutex<Fleet>, build: Build, time: Duration) -> Result<()> {
        let lock = || fleet.lock().unwrap_or_else(PoisonError::into_inner);
        let instance = lock().start(build, "accessors")?;
        std::thread::sleep(time);
        lock().end(instance);
        Ok(())
    }

    fn start(&mut self, build: Build, what: &str) -> Result<Instance> {
        let number = self.next;
        self.next += 1;
        let at = number.unsigned_abs() as usize % self.urls.len().max(1);
        let url = self.urls.get(at).map_or("", String::as_str);
        let mut command = self.programs.application(build);
        command
            .args(["serve", url])
            .args([number, ROWS, WORKERS].map(|number| number.to_string()))
            .arg(what);
        let path = command.get_program().to_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::io("start", path.as_ref()))?;
        let name = format!("{build}-{number}");
        let (tell, told) = channel();
        if let Some(stdout) = child.stdout.take() {
            let (name, history) = (name.clone(), Arc::clone(&self.history));
            self.readers.push(std::thread::spawn(move || {
                follow(BufReader::new(stdout), &name, &history, &tell);
            }));
        }
        let mut instance = Instance {
            name,
            build,
            input: child.stdin.take(),
            child,
            told,
            paused: None,
        };
        instance.tell(self.raw);
        Ok(instance)
    }

    /// Says which builds may run from now on; others end in good order, and as many others come.
    pub(crate) fn allow(&mut self, legal: &[Build], random: &mut Random) -> Result<()> {
        self.legal = legal.to_vec();
        let (stay, go): (Vec<_>, Vec<_>) = std::mem::take(&mut self.instances)
            .into_iter()
            .partition(|instance| legal.contains(&instance.build));
        self.instances = stay;
        let number = go.len();
        for instance in go {
            self.end(instance);
        }
        (0..number).try_for_each(|_| self.deploy(random))
    }

    /// Replaces an instance by another, as a deploy or a rollback would.
    pub(crate) fn replace(&mut self, random: &mut Random) -> Result<()> {
        if self.instances.is_empty() {
            return Ok(());
        }
        let at = random.below(self.instances.len() as u64) as usize;
        let instance = self.instances.swap_remove(at);
        self.end(instance);
        self.deploy(random)
    }

    /// Kills an instance with SIGKILL; another comes in its place.
    pub(crate) fn kill(&mut self, random: &mut Random) -> Result<()> {
        if self.instances.is_empty() {
            return Ok(());
        }
        let at = random.below(self.instances.len() as u64) as usize;
        self.instances.swap_remove(at).kill();
        self.deploy(random)
    }

    /// Stops an instance with SIGSTOP, for longer than its lease.
    pub(crate) fn pause(&mut self, random: &mut Random) {
        let at = random.below(self.instances.len() as u64) as usize;
        let for_ms = LEASE.as_millis() as u64 + 300 + random.below(1_500);
        if let Some(instance) = self.instances.get_mut(at)
            && instance.paused.is_none()
        {
            let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
            history.paused(&instance.name, now());
            instance.signal(Signal::SIGSTOP);
            instance.paused = Some(Instant::now() + Duration::from_millis(for_ms));
        }
    }

    /// Lets those go on that have stood still for long enough.
    pub(crate) fn resume_due(&mut self) {
        for instance in &mut self.instances {
            if instance.paused.is_some_and(|until| until <= Instant::now()) {
                instance.resume(&self.history);
            }
        }
    }

    /// Says which raw SQL may be written from now on, and waits until none goes further. Who does
    /// not answer is killed, as one would kill a process that hangs.
    pub(crate) fn tell(&mut self, raw: RawWrites, random: &mut Random) -> Result<()> {
        self.raw = raw;
        for instance in &mut self.instances {
            instance.resume(&self.history);
            instance.tell(raw);
        }
        let deadline = Instant::now() + PATIENCE;
        let (heard, silent): (Vec<_>, Vec<_>) = std::mem::take(&mut self.instances)
            .into_iter()
            .partition(|instance| instance.has_heard(raw, deadline));
        self.instances = heard;
        for instance in silent {
            instance.kill();
            self.deploy(random)?;
        }
        Ok(())
    }

    /// Ends every instance. Their lines have all been taken down then.
    pub(crate) fn finish(&mut self) {
        for mut instance in std::mem::take(&mut self.instances) {
            instance.resume(&self.history);
            // All at once, and each is then waited for.
            instance.input = None;
            self.instances.push(instance);
        }
        for instance in std::mem::take(&mut self.instances) {
            self.end(instance);
        }
        for reader in self.readers.drain(..) {
            // A reader that panicked has told why on standard error.
            let _ = reader.join();
        }
    }

    fn end(&self, mut instance: Instance) {
        instance.resume(&self.history);
        instance.input = None;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match instance.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) if !status.success() => {
                    let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
                    let what = format!("{} ended with {status}", instance.name);
                    return history.report.violation(what);
                }
                _ => return,
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        instance.kill();
    }
}

impl Instance {
    fn signal(&self, signal: Signal) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            // It is our child and has not been waited for, so the number is still its own.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    fn resume(&mut self, history: &Mutex<History>) {
        if self.paused.take().is_some() {
            self.signal(Signal::SIGCONT);
            let mut history = history.lock().unwrap_or_else(PoisonError::into_inner);
            history.resumed(&self.name, now());
        }
    }

    fn tell(&mut self, raw: RawWrites) {
        if let (Some(input), Ok(mut line)) = (&mut self.input, serde_json::to_string(&raw)) {
            line.push('\n');
            // Whoever has gone does not hear it, and writes nothing.
            let _ = input.write_all(line.as_bytes());
        }
    }

    fn has_heard(&self, raw: RawWrites, deadline: Instant) -> bool {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.told.recv_timeout(left) {
                Ok(heard) if heard == raw => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Instance {
    /// No process outlives the run, however it ends.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Takes down what an instance tells, until it has ended.
fn follow(
    lines: impl std::io::BufRead,
    name: &str,
    history: &Mutex<History>,
    told: &Sender<RawWrites>,
) {
    let mut pending = Pending::new();
    for line in lines.lines().map_while(std::result::Result::ok) {
        // A line that was cut off by the end of its process says nothing.
        let Ok(line) = serde_json::from_str::<Line>(&line) else {
            continue;
        };
        if let Line::Raw { writes } = line {
            // Nobody may be listening any more.
            let _ = told.send(writes);
        }
        let mut history = history.lock().unwrap_or_else(PoisonError::into_inner);
        history.take(name, line, &mut pending);
    }
    let mut history = history.lock().unwrap_or_else(PoisonError::into_inner);
    history.lost(name, pending);
}

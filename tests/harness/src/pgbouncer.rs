//! A pooler in transaction mode, in front of a server.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::account::Account;
use crate::install::{self, Server};
use crate::port::Port;
use crate::server::tail;
use crate::{Endpoint, HarnessError, process};

/// Where Debian puts it.
const PROGRAM: &str = "/usr/sbin/pgbouncer";

/// How long it may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(10);

/// Ends the pooler when the end of its input says that its owner is gone, however that went.
const SCRIPT: &str = r#"
"$1" -q "$2" & pid=$!
read -r _
kill "$pid" && wait "$pid"
"#;

/// PgBouncer in transaction mode: each transaction, and each statement outside of one, may
/// be given another session of the server.
#[derive(Debug)]
pub struct PgBouncer {
    child: Child,
    port: Port,
    _folder: TempDir,
}

/// The program, if it is installed.
pub(crate) fn find() -> Result<PathBuf, HarnessError> {
    let path = Path::new(PROGRAM);
    if path.is_file() {
        return Ok(path.to_owned());
    }
    Err(HarnessError::NoProgram {
        program: "pgbouncer",
        looked_in: PROGRAM.to_owned(),
        command: install::command_line(Server::PgBouncer),
    })
}

impl PgBouncer {
    /// Starts one in front of a server, with so many sessions for each database.
    pub fn start(server: &Endpoint, sessions: usize) -> Result<Self, HarnessError> {
        let program = find()?;
        let account = Account::for_postgres()?;
        let port = Port::claim()?;
        let temp = std::env::temp_dir();
        let folder = TempDir::new().map_err(HarnessError::io("create a folder in", &temp))?;
        account.own(folder.path())?;
        let (config, log) = (
            folder.path().join("pgbouncer.ini"),
            folder.path().join("pgbouncer.log"),
        );
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {sessions}\n\
             max_client_conn = 1000\nignore_startup_parameters = extra_float_digits\nlogfile = {}\n",
            server.port(),
            port.number(),
            log.display(),
        );
        fs::write(&config, text).map_err(HarnessError::io("write", &config))?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT, "pgbouncer"])
            .arg(program)
            .arg(&config)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let pooler = PgBouncer {
            child: process::spawn(account.run(&mut command))?,
            port,
            _folder: folder,
        };
        pooler.wait_until_ready(&log)?;
        Ok(pooler)
    }

    /// The address of one of the server's databases, through the pooler.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{database}",
            self.port.number()
        )
    }

    fn wait_until_ready(&self, log: &Path) -> Result<(), HarnessError> {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port.number())).is_err() {
            if began.elapsed() >= START_LIMIT {
                return Err(HarnessError::PoolerNotReady {
                    waited: START_LIMIT,
                    log: tail(log),
                });
            }
            std::thread::sleep(process::POLL);
        }
        Ok(())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

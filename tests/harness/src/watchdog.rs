//! What stops a server when the process that owns it cannot.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::{HarnessError, process};

/// A line is the dismissal. The end of input without one means that the owner
/// is gone, and only then is there something to do.
const POSTGRES: &str = r#"
read -r _ && exit 0
"$1" stop -D "$2/data" -m immediate -t 30
rm -rf "$2"
"#;

/// The same for a server of which nothing is left but its processes and its
/// files. A process is known by its working directory; one that is being
/// started could be missed in one pass over them.
const PROCESSES: &str = r#"
read -r _ && exit 0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    found=
    for process in /proc/[0-9]*; do
        directory=$(readlink "$process/cwd") || continue
        case $directory in "$1" | "$1"/*) kill -9 "${process#/proc/}" && found=1 ;; esac
    done
    [ -n "$found" ] || break
    sleep 0.1
done
rm -rf "$1"
"#;

/// A small process that waits at the other end of a pipe.
///
/// Destructors do not run when a test process is killed, aborts or is
/// interrupted from the keyboard. The system closes its pipes all the same, and
/// the watchdog stops the server and removes its files. Death signals
/// (`PR_SET_PDEATHSIG`) will not do: they are sent when the *thread* that
/// started the server ends, and each test has a thread of its own.
#[derive(Debug)]
pub(crate) struct Watchdog {
    child: Child,
}

impl Watchdog {
    /// Watches over the PostgreSQL server whose files are in `base`.
    pub(crate) fn over_postgres(
        binaries: &Binaries,
        account: &Account,
        base: &Path,
    ) -> Result<Self, HarnessError> {
        Self::start(account, POSTGRES, &[&binaries.path("pg_ctl"), base])
    }

    /// Watches over every process that works in `base` or below it, and over
    /// the files there.
    pub(crate) fn over_processes(account: &Account, base: &Path) -> Result<Self, HarnessError> {
        Self::start(account, PROCESSES, &[base])
    }

    fn start(account: &Account, script: &str, arguments: &[&Path]) -> Result<Self, HarnessError> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script, "watchdog"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // It has to outlive a signal to the whole group of its owner.
            .process_group(0);
        let child = process::spawn(account.run(&mut command))?;
        Ok(Self { child })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // Should the dismissal not arrive, the watchdog does its work on files
        // that nobody needs any more.
        if let Some(mut pipe) = self.child.stdin.take() {
            let _ = pipe.write_all(b"dismissed\n");
        }
        let _ = self.child.wait();
    }
}

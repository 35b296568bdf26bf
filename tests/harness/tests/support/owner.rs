//! A process that owns a server, and is killed.

use std::env;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::until;

/// Kills a process of this test binary that owns a server, and sees that nothing is left of that: the
/// test of this name is the owner, and calls [`own`].
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]
pub(crate) fn nothing_is_left_of(owner: &str) {
    let mut owner = Command::new(env::current_exe().unwrap())
        .args(["--exact", owner, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = BufReader::new(owner.stdout.take().unwrap())
        .lines()
        .find_map(|line| Some(line.unwrap().strip_prefix("server: ")?.to_owned()))
        .unwrap();
    let (pid, folder) = line.split_once(' ').unwrap();
    let (process, folder) = (Path::new("/proc").join(pid), PathBuf::from(folder));
    assert!(process.exists() && folder.exists());

    owner.kill().unwrap();
    owner.wait().unwrap();
    until(|| !process.join("cwd").exists() && !folder.exists());
}

/// Says which process the server is and where its log lies, and waits to be killed.
#[expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails where it stands, and another process reads this"
)]
pub(crate) fn own(pid: u32, log: &Path) {
    println!("\nserver: {pid} {}", log.parent().unwrap().display());
    // Without an owner's pipe, as when ignored tests are run on purpose, this
    // is the end already.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

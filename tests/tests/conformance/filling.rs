//! A process of an application that fills by functions in Rust, to be killed.

use std::process::{Child, Command, ExitStatus, Stdio};

/// Such a process, killed at the latest when the test ends.
pub(crate) struct Filling(Child);

impl Filling {
    pub(crate) fn start(url: &str) -> Filling {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fill"));
        let command = command.arg(url).stdout(Stdio::piped());
        Filling(command.spawn().unwrap())
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.0.wait().unwrap()
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

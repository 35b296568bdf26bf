//! What became of each part of a test run.

use std::io::{self, IsTerminal as _};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::status;
use crate::error::{Error, Result};
use crate::report;
use crate::test::failures::Failures;
use crate::test::plan::Part;

/// The parts that are done, in order.
#[derive(Debug)]
pub(super) struct Summary {
    start: Instant,
    done: Vec<Done>,
    failures: Failures,
}

#[derive(Debug)]
struct Done {
    name: &'static str,
    time: Duration,
    failure: Option<u8>,
}

impl Summary {
    /// The summary of a run that starts now.
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            done: Vec::new(),
            failures: Failures::default(),
        }
    }

    /// Runs a part with some environment variables. That its tests fail is
    /// noted and no error: the parts after it have something to say as well.
    pub(super) fn run(
        &mut self,
        part: &Part,
        variables: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<()> {
        let start = Instant::now();
        let status = self.watched(part.command([]).envs(variables))?;
        self.push(part.name, start, failure(status));
        Ok(())
    }

    /// Runs a command, and keeps what it says about failures. A person who looks on sees
    /// it in colours, and can scroll back.
    fn watched(&mut self, command: &mut Command) -> Result<ExitStatus> {
        if io::stdout().is_terminal() {
            return status(command);
        }
        let program = Path::new(command.get_program()).to_owned();
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(Error::io("start", &program))?;
        if let Some(output) = child.stdout.take() {
            let copied = self.failures.copy(output, io::stdout());
            copied.map_err(Error::io("pass on the output of", &program))?;
        }
        child.wait().map_err(Error::io("wait for", &program))
    }

    /// Does work that is no part of the plan but takes time like one.
    pub(super) fn time<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let start = Instant::now();
        let value = work()?;
        self.push(name, start, None);
        Ok(value)
    }

    fn push(&mut self, name: &'static str, start: Instant, failure: Option<u8>) {
        self.done.push(Done {
            name,
            time: start.elapsed(),
            failure,
        });
    }

    /// The exit code of the first part that failed.
    pub(super) fn failure(&self) -> Option<u8> {
        self.done.iter().find_map(|part| part.failure)
    }

    /// Prints once more what failed, then a line for each part, and returns the exit code to pass on.
    pub(super) fn finish(self) -> ExitCode {
        let line = |verb, name, time| {
            report::status(verb, format!("{name:<10}{:>9}", report::seconds(time)));
        };
        for words in self.failures.told() {
            println!("{words}");
        }
        for part in &self.done {
            let verb = part.failure.map_or("Passed", |_| "FAILED");
            line(verb, part.name, part.time);
        }
        line("Finished", "all", self.start.elapsed());
        self.failure().map_or(ExitCode::SUCCESS, ExitCode::from)
    }
}

/// The code of a failure; a shell's convention where a signal was the end.
fn failure(status: ExitStatus) -> Option<u8> {
    let code = status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    (code != 0).then(|| u8::try_from(code).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_is_a_code_that_a_shell_would_give() {
        // As `wait` reports them: the code in the second byte, the signal in
        // the first.
        assert_eq!(failure(ExitStatus::from_raw(0)), None);
        assert_eq!(failure(ExitStatus::from_raw(101 << 8)), Some(101));
        assert_eq!(failure(ExitStatus::from_raw(9)), Some(137));
    }
}

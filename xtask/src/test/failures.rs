//! What failed, kept from the middle of a long output for its end.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};

/// So many of the first words about a failed test are kept, and as many of the last: the first say
/// where it failed, and the last, behind whatever the test adds, what it found.
const KEPT: usize = 40;

/// The failures of one binary of which so much is kept.
const FAILURES: usize = 4;

/// What test binaries said about their failures.
#[derive(Debug, Default)]
pub(super) struct Failures {
    told: Vec<String>,
    /// The part that is being read; none outside of such a part.
    part: Option<Part>,
}

/// What one binary said about its failures.
#[derive(Debug, Default)]
struct Part {
    failures: usize,
    /// The lines of this failure so far.
    lines: usize,
    last: VecDeque<String>,
    /// Within a backtrace, which would push what was found out of the last lines.
    in_backtrace: bool,
}

impl Failures {
    /// Passes an output on, and keeps what it says about failures.
    pub(super) fn copy(&mut self, from: impl Read, mut to: impl Write) -> std::io::Result<()> {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line)? > 0 {
            to.write_all(&line)?;
            to.flush()?;
            self.take(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
        Ok(())
    }

    fn take(&mut self, line: &str) {
        if line.starts_with("test result: ") {
            if let Some(mut part) = self.part.take() {
                part.end(&mut self.told);
            }
            return;
        }
        let Some(part) = &mut self.part else {
            if line == "failures:" {
                self.part = Some(Part::default());
                self.told.push(line.to_owned());
            }
            return;
        };
        // The list of their names behind the last is the end of that part, and always told.
        if line.starts_with("---- ") || line == "failures:" {
            part.end(&mut self.told);
            part.failures = match line {
                "failures:" => 0,
                _ => part.failures + 1,
            };
        }
        part.take(line, &mut self.told);
    }

    /// The lines, in order.
    pub(super) fn told(&self) -> &[String] {
        &self.told
    }
}

impl Part {
    fn take(&mut self, line: &str, told: &mut Vec<String>) {
        self.in_backtrace =
            line == "stack backtrace:" || (self.in_backtrace && line.starts_with(' '));
        if self.in_backtrace {
            return;
        }
        self.lines += 1;
        if self.lines <= KEPT {
            if self.failures <= FAILURES {
                told.push(line.to_owned());
            }
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(line.to_owned());
    }

    /// Tells the last lines of this failure, and begins with the next.
    fn end(&mut self, told: &mut Vec<String>) {
        let left_out = self.lines.saturating_sub(KEPT + self.last.len());
        if self.failures <= FAILURES {
            if left_out > 0 {
                told.push(format!("[{left_out} lines more above]"));
            }
            told.extend(self.last.drain(..));
        }
        self.lines = 0;
        self.last.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "running 2 tests\ntest good ... ok\ntest bad ... FAILED\n\nfailures:\n\n\
        ---- bad stdout ----\nit is not\n\nfailures:\n    bad\n\ntest result: FAILED. 1 passed\n\n\
        running 1 test\ntest fine ... ok\n\ntest result: ok. 1 passed\n";

    #[test]
    fn failures_are_kept_and_all_is_passed_on() {
        let (mut failures, mut passed_on) = (Failures::default(), Vec::new());
        failures.copy(OUTPUT.as_bytes(), &mut passed_on).unwrap();
        assert_eq!(passed_on, OUTPUT.as_bytes());
        let told: Vec<_> = failures
            .told()
            .iter()
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(
            told,
            [
                "failures:",
                "---- bad stdout ----",
                "it is not",
                "failures:",
                "    bad"
            ]
        );
    }

    #[test]
    fn of_a_long_failure_the_beginning_and_the_end_are_kept() {
        let much: String = (0..500).map(|line| format!("{line}\n")).collect();
        let output = format!(
            "failures:\n\n---- bad stdout ----\n{much}left: 1\nright: 2\n\nfailures:\n    bad\ntest result: FAILED.\n"
        );
        let mut failures = Failures::default();
        failures.copy(output.as_bytes(), Vec::new()).unwrap();
        let told = failures.told();
        assert_eq!(told[2..4], ["---- bad stdout ----", "0"]);
        let left_out = told
            .iter()
            .position(|line| line == "[424 lines more above]");
        assert_eq!(told[left_out.unwrap() + 1], "463", "{told:#?}");
        assert_eq!(
            told[told.len() - 5..],
            ["left: 1", "right: 2", "", "failures:", "    bad"]
        );
    }

    #[test]
    fn frames_of_backtraces_are_left_out() {
        let frames = "   0: std::panicking\n             at ./main.rs:1:2\n".repeat(100);
        let output = format!(
            "failures:\n\n---- bad stdout ----\nit is not\nstack backtrace:\n{frames}note: more\n"
        );
        let mut failures = Failures::default();
        failures.copy(output.as_bytes(), Vec::new()).unwrap();
        assert_eq!(failures.told()[3..], ["it is not", "note: more"]);
    }

    #[test]
    fn one_binary_does_not_drown_the_others() {
        let failure = |name: usize| format!("---- {name} stdout ----\n{}", "much\n".repeat(500));
        let many: String = (0..50).map(failure).collect();
        let output = format!("failures:\n{many}failures:\n    all\ntest result: FAILED.\n");
        let mut failures = Failures::default();
        failures
            .copy(output.repeat(2).as_bytes(), Vec::new())
            .unwrap();
        let told = failures.told();
        assert!(
            told.len() < 2 * (FAILURES + 1) * (2 * KEPT + 2),
            "{}",
            told.len()
        );
        assert_eq!(told.last().unwrap(), "    all");
        assert_eq!(
            told.iter().filter(|line| line.starts_with("---- ")).count(),
            2 * FAILURES
        );
    }
}

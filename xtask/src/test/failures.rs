//! What failed, kept from the middle of a long output for its end.

use std::io::{BufRead, BufReader, Read, Write};

/// So much of the words about the failures of one binary is kept: the first of them tell.
const KEPT: usize = 80;

/// What test binaries said about their failures.
#[derive(Debug, Default)]
pub(super) struct Failures {
    told: Vec<String>,
    /// How many more lines of this binary are kept; none outside of such a part.
    left: Option<usize>,
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
        if self.left.is_none() && line == "failures:" {
            self.left = Some(KEPT);
        } else if line.starts_with("test result: ") {
            self.left = None;
        } else if let Some(left) = &mut self.left {
            match *left {
                0 => return,
                1 => self.told.push("[more of it above]".to_owned()),
                _ => self.told.push(line.to_owned()),
            }
            *left -= 1;
        }
    }

    /// The lines, in order.
    pub(super) fn told(&self) -> &[String] {
        &self.told
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
            ["---- bad stdout ----", "it is not", "failures:", "    bad"]
        );
    }

    #[test]
    fn one_binary_does_not_drown_the_others() {
        let long = format!("failures:\n{}test result: FAILED.\n", "much\n".repeat(500));
        let mut failures = Failures::default();
        failures
            .copy(long.repeat(2).as_bytes(), Vec::new())
            .unwrap();
        assert_eq!(failures.told().len(), 2 * KEPT);
        assert_eq!(failures.told().last().unwrap(), "[more of it above]");
    }
}

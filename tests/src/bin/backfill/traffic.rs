//! The live traffic, as seen from the bench.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Result;
use crate::live::{HAS_FAILED, RECORD, WAS_UPDATE};
use crate::place::Place;

/// Traffic that runs until it is stopped, or dropped.
pub(crate) struct Traffic {
    process: Child,
    out: PathBuf,
}

/// One transaction of it, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) due: u64,
    pub(crate) took: u64,
    pub(crate) update: bool,
    pub(crate) failed: bool,
}

impl Traffic {
    /// Starts it, and returns when the first transaction is due.
    pub(crate) async fn start(
        place: &Place,
        scratch: &Path,
        rate: Option<f64>,
        seed: u64,
    ) -> Result<Traffic> {
        let out = scratch.join("live.samples");
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["live", "--url", &place.url()])
            .args(["--rows", &place.rows.to_string()])
            .args(["--seed", &seed.to_string()])
            .arg("--out")
            .arg(&out)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(rate) = rate {
            command.args(["--rate", &rate.to_string()]);
        }
        let mut process = command.spawn()?;
        let stdout = process.stdout.take().ok_or("the traffic has no output")?;
        let line = BufReader::new(stdout).lines().next_line().await?;
        line.ok_or("the traffic did not start")?;
        Ok(Traffic { process, out })
    }

    /// Lets it finish what is due, and reads what it wrote down.
    pub(crate) async fn stop(mut self) -> Result<Vec<Sample>> {
        drop(self.process.stdin.take());
        let status = self.process.wait().await?;
        if !status.success() {
            return Err(format!("the traffic failed ({status})").into());
        }
        let bytes = tokio::fs::read(&self.out).await?;
        tokio::fs::remove_file(&self.out).await?;
        let mut samples: Vec<Sample> = bytes.chunks_exact(RECORD).map(sample).collect();
        samples.sort_by_key(|sample| sample.due);
        Ok(samples)
    }
}

fn sample(record: &[u8]) -> Sample {
    let number = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&record[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    Sample {
        due: number(0),
        took: number(8),
        update: number(16) == WAS_UPDATE,
        failed: number(16) == HAS_FAILED,
    }
}

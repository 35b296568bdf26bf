//! Instances of the shop as processes, and what their requests had to wait.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Result;
use crate::rollout::Work;
use crate::shop::Shop;

/// What happened in one phase.
#[derive(Debug)]
pub(crate) struct Measured {
    /// The phase.
    pub(crate) phase: String,
    /// How long it took.
    pub(crate) time: Duration,
    /// What it did.
    pub(crate) work: Work,
    /// The requests that were answered meanwhile.
    pub(crate) requests: u64,
    /// The longest of them.
    pub(crate) longest: Duration,
}

/// One line of an instance: what its requests did in the last moment.
#[derive(Clone, Copy)]
struct Sample {
    at_ms: u128,
    requests: u64,
    failed: u64,
    longest_us: u64,
}

/// The instances that are live.
#[derive(Default)]
pub(crate) struct Load {
    instances: Vec<Instance>,
    samples: Arc<Mutex<Vec<Sample>>>,
}

struct Instance {
    process: Child,
    reader: JoinHandle<()>,
}

impl Load {
    /// Starts an instance. New rows get ids from `first_new_id` on.
    pub(crate) fn start(&mut self, shop: &Shop, program: &Path, first_new_id: u64) -> Result<()> {
        let mut process = Command::new(program)
            .args(["serve", shop.url(), &first_new_id.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("an instance has no output")?;
        let samples = Arc::clone(&self.samples);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stdout)
                .lines()
                .map_while(std::result::Result::ok)
            {
                if let Some(sample) = parse(&line) {
                    samples
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(sample);
                }
            }
        });
        self.instances.push(Instance { process, reader });
        Ok(())
    }

    /// Does the work of a phase, and says what the requests had to wait meanwhile.
    pub(crate) fn measure(
        &mut self,
        phase: &str,
        work: impl FnOnce(&mut Load) -> Result<Work>,
    ) -> Result<Measured> {
        let (start, from) = (Instant::now(), now_ms());
        let work = work(self)?;
        let time = start.elapsed();
        // Lines come every 50 ms: the last ones of the phase are still on their way.
        std::thread::sleep(Duration::from_millis(150));
        let samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let during: Vec<Sample> = samples
            .iter()
            .filter(|sample| sample.at_ms >= from)
            .copied()
            .collect();
        let longest = during
            .iter()
            .map(|sample| sample.longest_us)
            .max()
            .unwrap_or_default();
        Ok(Measured {
            phase: phase.to_owned(),
            time,
            work,
            requests: during.iter().map(|sample| sample.requests).sum(),
            longest: Duration::from_micros(longest),
        })
    }

    /// Ends the instances that were started first.
    pub(crate) fn stop_oldest(&mut self, number: usize) -> Result<()> {
        self.instances.drain(..number).try_for_each(Instance::stop)
    }

    /// Ends all of them. The number of requests that failed from the beginning on.
    pub(crate) fn stop(mut self) -> Result<u64> {
        self.instances.drain(..).try_for_each(Instance::stop)?;
        let samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(samples.iter().map(|sample| sample.failed).sum())
    }
}

impl Drop for Load {
    /// No instance outlives the story, however it ends.
    fn drop(&mut self) {
        for mut instance in self.instances.drain(..) {
            let _ = instance.process.kill();
            let _ = instance.process.wait();
        }
    }
}

impl Instance {
    /// The instance ends when its standard input does.
    fn stop(mut self) -> Result<()> {
        drop(self.process.stdin.take());
        let status = self.process.wait()?;
        self.reader
            .join()
            .map_err(|_| "the reader of an instance's output ended")?;
        if !status.success() {
            return Err(format!("an instance ended with {status}").into());
        }
        Ok(())
    }
}

fn parse(line: &str) -> Option<Sample> {
    let mut words = line.split(' ');
    Some(Sample {
        at_ms: words.next()?.parse().ok()?,
        requests: words.next()?.parse().ok()?,
        failed: words.next()?.parse().ok()?,
        longest_us: words.next()?.parse().ok()?,
    })
}

fn now_ms() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis()
}

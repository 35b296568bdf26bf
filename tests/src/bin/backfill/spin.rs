//! A process that computes and does not touch the database: what whoever uses a processor costs
//! live traffic, however the database is treated.

use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::course::Course;

/// How long it computes at a time: as long as a batch beside others.
const SLICE: Duration = Duration::from_millis(1);

/// Computes for a share of the time, or whenever nobody else needs the processor.
pub(crate) async fn spin(share: Option<f64>, course: &Course) -> Result<()> {
    let Some(share) = share else {
        let _spinner = Spinner::start()?;
        course.begin();
        course.pause(Duration::from_secs(86_400)).await;
        return Ok(());
    };
    let is_over = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&is_over);
    let spinner = thread::spawn(move || compute(share, &theirs));
    course.begin();
    course.pause(Duration::from_secs(86_400)).await;
    is_over.store(true, Ordering::Relaxed);
    spinner.join().map_err(|_| "the spinner failed".into())
}

fn compute(share: f64, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        let began = Instant::now();
        while began.elapsed() < SLICE {
            std::hint::spin_loop();
        }
        thread::sleep(SLICE.mul_f64(1.0 / share - 1.0));
    }
}

/// Computes until it is dropped, when nobody else needs the processor (`SCHED_IDLE`).
struct Spinner(Child);

impl Spinner {
    fn start() -> Result<Spinner> {
        let mut command = Command::new("chrt");
        command.args(["--idle", "0", "sh", "-c", "while :; do :; done"]);
        Ok(Spinner(command.spawn()?))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        // It is gone already if either fails.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

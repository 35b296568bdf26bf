//! One method at work: when it began, how far it came, and that it is to stop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use colmig::migrate::Stop;
use serde::Serialize;

/// What a method and those who watch it share. Clones are the same.
#[derive(Clone)]
pub(crate) struct Course {
    pub(crate) stop: Stop,
    seen: Arc<Mutex<Seen>>,
}

/// A part of what a method does, and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) seconds: f64,
}

#[derive(Default)]
struct Seen {
    began: Option<Instant>,
    progress: Vec<(Duration, u64)>,
    filled: Option<Duration>,
    longest: Option<Duration>,
    /// When which part began.
    parts: Vec<(Duration, String)>,
}

impl Course {
    pub(crate) fn new() -> Course {
        Course {
            stop: Stop::new(),
            seen: Arc::default(),
        }
    }

    /// The first row is about to be filled. Only the first call counts.
    pub(crate) fn begin(&self) {
        self.with(|seen| {
            seen.began.get_or_insert_with(Instant::now);
        });
    }

    /// A part begins, and the one before it ends.
    pub(crate) fn enter(&self, part: &str) {
        self.with(|seen| {
            if let Some(began) = seen.began {
                seen.parts.push((began.elapsed(), part.to_owned()));
            }
        });
    }

    /// The parts, of which the last one ended when the method did.
    pub(crate) fn parts(&self, elapsed: Duration) -> Vec<Part> {
        self.with(|seen| {
            let ends = seen.parts.iter().skip(1).map(|(at, _)| *at);
            let ends = ends.chain([elapsed]);
            let parts = seen.parts.iter().zip(ends);
            parts
                .map(|((began, name), end)| Part {
                    name: name.clone(),
                    seconds: end.saturating_sub(*began).as_secs_f64(),
                })
                .collect()
        })
    }

    /// So many rows are behind.
    pub(crate) fn at(&self, rows: u64) {
        self.with(|seen| {
            if let Some(began) = seen.began {
                seen.progress.push((began.elapsed(), rows));
            }
        });
    }

    /// Every row has been filled. Only the first call counts.
    pub(crate) fn filled(&self) {
        self.with(|seen| {
            let began = seen.began;
            seen.filled = seen.filled.or(began.map(|began| began.elapsed()));
        });
    }

    /// Every row had been filled when the rows were last counted. Only the first call counts.
    pub(crate) fn filled_when_counted(&self) {
        self.with(|seen| {
            let counted = seen.progress.last().map(|(at, _)| *at);
            seen.filled = seen.filled.or(counted);
        });
    }

    /// A transaction of the method took so long.
    pub(crate) fn took(&self, time: Duration) {
        self.with(|seen| seen.longest = seen.longest.max(Some(time)));
    }

    /// How long it has been at work.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        self.with(|seen| seen.began.map(|began| began.elapsed()))
    }

    /// When every row was filled, if it came that far.
    pub(crate) fn whole(&self) -> Option<Duration> {
        self.with(|seen| seen.filled)
    }

    /// Its longest transaction, if it says.
    pub(crate) fn longest(&self) -> Option<Duration> {
        self.with(|seen| seen.longest)
    }

    /// The rows that were behind, and when.
    pub(crate) fn progress(&self) -> Vec<(Duration, u64)> {
        self.with(|seen| seen.progress.clone())
    }

    /// Pauses, unless it is to stop.
    pub(crate) async fn pause(&self, time: Duration) {
        const LOOK: Duration = Duration::from_millis(20);
        let until = Instant::now() + time;
        while !self.stop.is_requested() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }

    /// Asks for the stop when the method has had its time. It never comes back before.
    pub(crate) async fn stop_after(&self, time: Duration) {
        const LOOK: Duration = Duration::from_millis(5);
        while self.elapsed().is_none_or(|elapsed| elapsed < time) {
            tokio::time::sleep(LOOK).await;
        }
        self.stop.request();
    }

    fn with<T>(&self, work: impl FnOnce(&mut Seen) -> T) -> T {
        work(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

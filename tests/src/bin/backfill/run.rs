//! One method on one copy of the table, between two looks at the machine.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use colmig::Database;
use serde::Serialize;

use crate::Result;
use crate::course::{Course, Part};
use crate::latency::{Latency, windows};
use crate::live::micros;
use crate::method::Method;
use crate::place::Place;
use crate::probe::{probe, rest};
use crate::project::Project;
use crate::rule::{Baseline, Judged, Waits, rejection};
use crate::sampler::Sampler;
use crate::tenths::last_to_first;
use crate::traffic::{Sample, Traffic};

/// How long traffic settles in, or a server comes to rest, before anything is watched, at most.
const SETTLE: Duration = Duration::from_secs(1);

/// What stays the same over all runs.
pub(crate) struct Bench<'a> {
    pub(crate) place: &'a Place,
    pub(crate) project: &'a Project,
    pub(crate) scratch: &'a Path,
    pub(crate) time: Duration,
    pub(crate) baseline: Duration,
    /// How long a machine is waited for that has something else to do.
    pub(crate) patience: Duration,
    /// How often a run that does not count is made again.
    pub(crate) repeats: usize,
    /// The probe when the machine has nothing else to do.
    pub(crate) fastest: f64,
}

/// What was seen of one method.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) load: u32,
    pub(crate) round: usize,
    pub(crate) method: String,
    /// Why it does not count, if it does not.
    pub(crate) rejected: Option<String>,
    before: Baseline,
    after: Baseline,
    /// The rows that were filled, and in which time.
    rows: i64,
    seconds: f64,
    pub(crate) rate: f64,
    /// The seconds until it was proved that nothing is left, if it came that far.
    pub(crate) until_proved: Option<f64>,
    /// The seconds until it had ended.
    pub(crate) wall: f64,
    /// What that was spent on, where the method says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Part>,
    /// The rate over the last tenth of the table to that over the first.
    pub(crate) last_to_first: Option<f64>,
    pub(crate) longest_batch_ms: Option<f64>,
    pub(crate) during: Option<Latency>,
    pub(crate) p50_ratio: Option<f64>,
    pub(crate) p95_ratio: Option<f64>,
    pub(crate) p99_ratio: Option<f64>,
    pub(crate) update_p99_ratio: Option<f64>,
    #[serde(skip)]
    pub(crate) course: Windows,
}

/// The p99 over time: before, during and after.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    pub(crate) before: Vec<(f64, f64)>,
    pub(crate) during: Vec<(f64, f64)>,
    pub(crate) after: Vec<(f64, f64)>,
}

/// The traffic of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) percent: u32,
    /// The transactions of a second; none if there is no traffic.
    pub(crate) rate: Option<f64>,
    pub(crate) seed: u64,
}

impl Bench<'_> {
    /// Whose baselines have to be stable.
    fn judged(&self) -> Judged {
        match self.place.database {
            Database::Sqlite => Judged::Updates,
            _ => Judged::All,
        }
    }

    /// One run, whether it counts or not.
    pub(crate) async fn run(&self, method: &Method, load: Load, round: usize) -> Result<Run> {
        self.place.reset(self.project).await?;
        rest(self.fastest, self.patience).await;
        let course = Course::new();
        let seen = match load.rate {
            Some(_) => self.beside_traffic(method, load, &course).await?,
            None => self.alone(method, &course).await?,
        };
        if method.is_whole() {
            self.place.is_whole().await?;
        }
        let mut run = Run {
            load: load.percent,
            round,
            method: method.name.clone(),
            rejected: rejection(seen.before, seen.after, self.fastest, self.judged()),
            before: seen.before,
            after: seen.after,
            rows: seen.rows,
            seconds: seen.seconds,
            rate: seen.rows as f64 / seen.seconds,
            until_proved: course.whole().map(|_| seen.elapsed),
            wall: seen.elapsed,
            parts: course.parts(Duration::from_secs_f64(seen.elapsed)),
            last_to_first: last_to_first(&course.progress()).filter(|_| course.whole().is_some()),
            longest_batch_ms: seen.longest.map(|longest| longest.as_secs_f64() * 1000.0),
            during: seen.during,
            p50_ratio: None,
            p95_ratio: None,
            p99_ratio: None,
            update_p99_ratio: None,
            course: seen.course,
        };
        let baselines = (seen.before.traffic, seen.after.traffic);
        if let (Some(during), (Some(before), Some(after))) = (seen.during, baselines) {
            run.p50_ratio = Some(during.p50 / f64::midpoint(before.p50, after.p50));
            run.p95_ratio = Some(during.p95 / f64::midpoint(before.p95, after.p95));
            run.p99_ratio = Some(during.p99 / f64::midpoint(before.p99, after.p99));
            let updates = f64::midpoint(before.update_p99, after.update_p99);
            run.update_p99_ratio = Some(during.update_p99 / updates);
        }
        Ok(run)
    }

    async fn alone(&self, method: &Method, course: &Course) -> Result<Seen> {
        let before = self.probe().await;
        let time = match method.goes_to_the_end() {
            true => None,
            false => Some(self.time),
        };
        let worked = self.work(method, course, time).await?;
        self.place.settle().await?;
        let after = self.probe().await;
        let rows = self.filled(method).await?;
        Ok(worked.seen(before, after, rows))
    }

    async fn filled(&self, method: &Method) -> Result<i64> {
        match method.is_control() {
            // There may be no column yet.
            true => Ok(0),
            false => self.place.filled().await,
        }
    }

    /// A look at the machine without traffic.
    async fn probe(&self) -> Baseline {
        tokio::time::sleep(SETTLE.min(self.baseline)).await;
        Baseline {
            probe: probe(),
            traffic: None,
        }
    }

    async fn beside_traffic(&self, method: &Method, load: Load, course: &Course) -> Result<Seen> {
        let settle = SETTLE.min(self.baseline);
        let mut before = self.probe().await;
        let traffic = self.traffic(load).await?;
        tokio::time::sleep(settle).await;
        let watched = micros();
        tokio::time::sleep(self.baseline).await;
        let began = micros();
        let time = method.can_be_stopped().then_some(self.time);
        let worked = self.work(method, course, time).await?;
        let ended = micros();
        let samples = traffic.stop().await?;
        let rows = self.filled(method).await?;
        self.place.settle().await?;

        let again = self.traffic(load).await?;
        tokio::time::sleep(settle).await;
        let watched_again = micros();
        tokio::time::sleep(self.baseline).await;
        let end = micros();
        let later = again.stop().await?;

        let mut after = self.probe().await;

        let during = began..ended;
        let (span, span_after) = (watched..began, watched_again..end);
        before.traffic = Some(waits(&samples, &span)?);
        after.traffic = Some(waits(&later, &span_after)?);
        let mut seen = worked.seen(before, after, rows);
        seen.during = Some(Latency::of(&samples, &during)?);
        seen.course = Windows {
            before: windows(&samples, &span)?,
            during: windows(&samples, &during)?,
            after: windows(&later, &span_after)?,
        };
        Ok(seen)
    }

    async fn traffic(&self, load: Load) -> Result<Traffic> {
        Traffic::start(self.place, self.scratch, load.rate, load.seed).await
    }

    async fn work(
        &self,
        method: &Method,
        course: &Course,
        time: Option<Duration>,
    ) -> Result<Worked> {
        let sampler = match self.place.database {
            Database::Postgres => Some(Sampler::start(&self.place.url()).await?),
            _ => None,
        };
        let work = method.run(self.place, self.project, course);
        match time {
            Some(time) => {
                tokio::select! {
                    biased;
                    ended = work => ended?,
                    never = async {
                        course.stop_after(time).await;
                        std::future::pending::<std::convert::Infallible>().await
                    } => match never {},
                }
            }
            None => work.await?,
        }
        let elapsed = course.elapsed().ok_or("the method never began")?;
        let sampled = match sampler {
            Some(sampler) => Some(sampler.stop().await?),
            None => None,
        };
        Ok(Worked {
            elapsed,
            filling: course.whole().unwrap_or(elapsed),
            longest: course
                .longest()
                .or(sampled)
                .filter(|_| !method.is_control()),
        })
    }
}

/// What a method did.
struct Worked {
    elapsed: Duration,
    /// Without the search for what may be left.
    filling: Duration,
    longest: Option<Duration>,
}

impl Worked {
    fn seen(self, before: Baseline, after: Baseline, rows: i64) -> Seen {
        Seen {
            before,
            after,
            rows,
            seconds: self.filling.as_secs_f64(),
            elapsed: self.elapsed.as_secs_f64(),
            longest: self.longest,
            during: None,
            course: Windows::default(),
        }
    }
}

struct Seen {
    before: Baseline,
    after: Baseline,
    rows: i64,
    seconds: f64,
    elapsed: f64,
    longest: Option<Duration>,
    during: Option<Latency>,
    course: Windows,
}

fn waits(samples: &[Sample], span: &Range<u64>) -> Result<Waits> {
    let Latency {
        p50,
        p95,
        p99,
        update_p99,
        ..
    } = Latency::of(samples, span)?;
    Ok(Waits {
        p50,
        p95,
        p99,
        update_p99,
    })
}

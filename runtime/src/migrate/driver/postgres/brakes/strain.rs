//! A database that takes much longer for a small thing than it usually does.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::Fields;
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// Others who are executing a statement; where that cannot be seen, everybody.
const OTHERS: &str = "SELECT count(*) FILTER (WHERE coalesce(state, 'active') = 'active') FROM pg_stat_get_activity(NULL) \
    WHERE application_name IS DISTINCT FROM current_setting('application_name') \
    AND coalesce(backend_type, 'client backend') IN ('client backend', 'parallel worker')";

/// Takes about a millisecond of a processor, and nothing else.
const PROBE: &str = "SELECT count(*) FROM generate_series(1, 5000)";

/// How often it is sent for one reading, of which the middle one counts: a processor that was
/// taken away once is no strain.
const PROBES: usize = 5;

/// How often it is sent while batches go at their usual pace: they are the better probe, and at a
/// hundredth of the time this one would be what the slowest hundredth of live traffic waits for.
const SELDOM: Duration = Duration::from_secs(10);

/// For how long a backfill stands aside if it was its own batches that were slowed down: nothing
/// but another batch can tell that this is over.
const ASIDE: Duration = Duration::from_secs(2);
const ASIDE_LONGEST: Duration = Duration::from_secs(8);

/// The database is compared with itself, so it makes no difference how fast it is, or how many
/// processors it has.
#[derive(Default)]
pub(super) struct Strain {
    usual: Option<Duration>,
    /// How many times that the last look found, and when it was sent.
    last: Option<f64>,
    sent: Option<Instant>,
    /// Until when it stands aside because of batches, and for how long that was.
    aside: Option<(Instant, Duration)>,
    /// How many times its usual duration the batch took because of which it does.
    slowed: f64,
}

#[async_trait]
impl Gauge for Strain {
    fn name(&self) -> &str {
        "strain"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.strain else {
            return Ok(Seen::Nothing);
        };
        let mut fields = Fields::first(at.driver.look(OTHERS).await?);
        let others = fields.as_mut().and_then(Fields::number).unwrap_or_default();
        let threshold = format!("{limit} times as long as usual");
        let batches_go = at.slowed > 0.0 && at.slowed < limit;
        if batches_go && self.sent.is_some_and(|sent| sent.elapsed() < SELDOM) {
            (self.last, self.aside) = (None, None);
            let times = at.slowed;
            let reading = format!(
                "a batch takes {times:.1} times as long as usual, with {others} others at work"
            );
            return Ok(Seen::Reading(Reading::new(
                times / limit,
                reading,
                threshold,
            )));
        }
        let probed = self.probe(at).await?;
        tracing::trace!(target: "colmig::migrate", others, probed, slowed = at.slowed, "strain");
        if others == 0.0 {
            // Whatever slows it down, nobody in this database is the better for it if we wait.
            self.aside = None;
            return Ok(Seen::Reading(Reading::new(
                0.0,
                "nobody else is at work",
                threshold,
            )));
        }
        let now = Instant::now();
        if at.slowed >= limit {
            let pause = self
                .aside
                .map_or(ASIDE, |(_, pause)| (pause * 2).min(ASIDE_LONGEST));
            self.aside = Some((now + pause, pause));
            self.slowed = at.slowed;
        } else if at.slowed > 0.0 {
            self.aside = None;
        }
        let aside = self.aside.is_some_and(|(until, _)| now < until);
        let (times, what) = if aside && self.slowed > probed {
            (self.slowed, "a batch took")
        } else {
            (probed, "a small statement takes")
        };
        let reading =
            format!("{what} {times:.1} times as long as usual, with {others} others at work");
        Ok(Seen::Reading(Reading::new(
            times / limit,
            reading,
            threshold,
        )))
    }

    /// What does not answer at all is strained.
    fn holds_unread(&self) -> bool {
        true
    }
}

impl Strain {
    /// How many times its usual duration the small statement takes.
    async fn probe(&mut self, at: &mut Look<'_>) -> Result<f64, Failure> {
        let mut took = Vec::with_capacity(PROBES);
        for _ in 0..PROBES {
            let began = Instant::now();
            at.driver.look(PROBE).await?;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        let took = took[PROBES / 2];
        let usual = *self
            .usual
            .insert(self.usual.map_or(took, |usual| usual.min(took)));
        let probed = took.as_secs_f64() / usual.as_secs_f64().max(f64::EPSILON);
        self.sent = Some(Instant::now());
        // What lasts for one look only is no strain.
        Ok(probed.min(self.last.replace(probed).unwrap_or_default()))
    }
}

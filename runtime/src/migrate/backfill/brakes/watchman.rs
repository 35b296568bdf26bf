//! Looks at the brakes while workers are at work, on a connection of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::custom::Custom;
use super::latch::{Change, Latch};
use super::query::Query;
use super::{Baseline, Brake, Brakes, Gauge, Hold, Look, Reading, Seen};
use crate::identity::token;
use crate::migrate::backfill::crew::Crew;
use crate::migrate::driver::{Batches, Connector, Driver, Failure, Waits, end};
use crate::migrate::error::{Error, millis};
use crate::migrate::event::Event;
use crate::migrate::store::Trouble;

/// How often the brakes are looked at. What is at its limit holds within one batch and one look.
const LOOK: Duration = Duration::from_millis(500);

/// How long one of them may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// How often what holds is written down anew while nothing changes.
const RECORD: Duration = Duration::from_secs(2);

/// How long others heed what was written down, if its process does not say so again.
const HEEDED: Duration = Duration::from_secs(6);

/// Looks at the brakes for the workers of one process.
pub(in crate::migrate::backfill) struct Watchman<'a> {
    driver: Box<dyn Driver>,
    connector: &'a Connector,
    owner: String,
    posts: Vec<Post>,
    baseline: Option<Baseline>,
    /// What other processes have written down.
    theirs: BTreeMap<String, Hold>,
    recorded: Option<Instant>,
    /// Whether it was said that the records cannot be had.
    complained: bool,
}

/// One brake, and what is known of it.
struct Post {
    gauge: Box<dyn Gauge>,
    latch: Latch,
    reading: Option<Reading>,
    /// When it began to hold.
    since: Option<Instant>,
    /// What was said of it that is said once.
    said: BTreeSet<String>,
}

impl<'a> Watchman<'a> {
    pub(in crate::migrate::backfill) fn new(
        driver: Box<dyn Driver>,
        connector: &'a Connector,
        brakes: &[Arc<dyn Brake>],
    ) -> Self {
        let mut gauges = driver.gauges();
        gauges.push(Box::new(Query));
        gauges.extend(brakes.iter().map(|brake| {
            let custom: Box<dyn Gauge> = Box::new(Custom(Arc::clone(brake)));
            custom
        }));
        let post = |gauge| Post {
            gauge,
            latch: Latch::default(),
            reading: None,
            since: None,
            said: BTreeSet::new(),
        };
        Watchman {
            driver,
            connector,
            owner: token(),
            posts: gauges.into_iter().map(post).collect(),
            baseline: None,
            theirs: BTreeMap::new(),
            recorded: None,
            complained: false,
        }
    }

    /// Refuses limits that none of these brakes would look at.
    pub(in crate::migrate::backfill) fn check(
        limits: &Brakes,
        brakes: &[Arc<dyn Brake>],
    ) -> Result<(), Error> {
        if limits.url.is_some() && !brakes.iter().any(|brake| brake.name() == "url") {
            return Err(Error::Settings(
                "`brakes.url` is asked by `cargo colmig`: give the migrator a brake named `url`, or switch it off".to_owned(),
            ));
        }
        Ok(())
    }

    /// Looks for as long as it is let.
    pub(in crate::migrate::backfill) async fn watch(mut self, crew: &Crew<'_>) -> Infallible {
        // The same few statements are sent over and over. Should it fail, they are slower.
        if self
            .driver
            .prepare_for_batches(&Batches::default())
            .await
            .is_err()
        {
            let _ = self.driver.reconnect().await;
        }
        loop {
            if let Err(trouble) = self.look(crew).await {
                let passes = matches!(
                    trouble,
                    Trouble::Database(Failure::LockTimeout(_) | Failure::Again(_))
                );
                if !passes && !std::mem::replace(&mut self.complained, true) {
                    tracing::warn!(
                        target: "colmig::migrate",
                        ?trouble,
                        "colmig_brake and colmig_baseline cannot be read or written; before they were read once, no batch begins"
                    );
                }
                if let Trouble::Database(Failure::Lost(_)) = trouble {
                    // Whether it worked shows at the next look.
                    let _ = self.driver.reconnect().await;
                }
            }
            sleep(LOOK).await;
        }
    }

    async fn look(&mut self, crew: &Crew<'_>) -> Result<(), Trouble> {
        let mut baseline = match self.baseline.take() {
            Some(baseline) => baseline,
            None => crew.store.baseline(&mut *self.driver, crew.place).await?,
        };
        let slowed = crew.slowed();
        // As they are tuned at this moment.
        let limits = crew.course().borrow().settings.brakes.clone();
        let mut changed = false;
        let mut quota = u64::MAX;
        for post in &mut self.posts {
            let mut look = Look {
                driver: &mut *self.driver,
                connector: self.connector,
                limits: &limits,
                table: &crew.backfill.table,
                baseline: &mut baseline,
                changed: crew.changed(),
                quota: &mut quota,
                slowed,
            };
            changed |= post.look(&mut look, crew).await;
        }
        crew.allow(quota);
        // What holds is heeded at once, whatever becomes of the record.
        crew.hold(self.holding());
        let noted = self.note(&mut baseline, crew).await;
        self.baseline = noted.is_ok().then_some(baseline);
        noted?;
        self.record(changed, crew).await?;
        self.heed(crew).await?;
        crew.hold(self.holding());
        Ok(())
    }

    /// The brakes that hold, ours and those of other processes.
    fn holding(&self) -> Vec<String> {
        let ours = self.posts.iter().filter(|post| post.latch.holds());
        let ours = ours.map(|post| post.gauge.name().to_owned());
        ours.chain(self.theirs.keys().cloned()).collect()
    }

    /// Writes down what was so when the backfill began. Another process may have been faster,
    /// and then it is theirs that counts.
    async fn note(&mut self, baseline: &mut Baseline, crew: &Crew<'_>) -> Result<(), Trouble> {
        if baseline.new.is_empty() {
            return Ok(());
        }
        let driver = &mut *self.driver;
        driver.begin(&Waits::of(crew.settings.lock_timeout)).await?;
        let noted = crew.store.note_baseline(driver, crew.place, baseline).await;
        end(driver, noted).await?;
        *baseline = crew.store.baseline(driver, crew.place).await?;
        Ok(())
    }

    /// Writes down what holds, for `status` and for other processes.
    async fn record(&mut self, changed: bool, crew: &Crew<'_>) -> Result<(), Trouble> {
        let holds: Vec<Hold> = self.posts.iter().filter_map(Post::hold).collect();
        let due = !holds.is_empty() && self.recorded.is_none_or(|at| at.elapsed() >= RECORD);
        if !changed && !due {
            return Ok(());
        }
        // Anew at the next look, should it fail.
        self.recorded = None;
        let driver = &mut *self.driver;
        driver.begin(&Waits::of(crew.settings.lock_timeout)).await?;
        let written = crew
            .store
            .write_holds(driver, crew.place, &self.owner, &holds, HEEDED)
            .await;
        end(driver, written).await?;
        self.recorded = Some(Instant::now());
        Ok(())
    }

    /// Reads what others have written down, and tells of what is no brake of ours that holds.
    async fn heed(&mut self, crew: &Crew<'_>) -> Result<(), Trouble> {
        let found = crew
            .store
            .holds(&mut *self.driver, crew.place, Some(&self.owner))
            .await?;
        let ours: BTreeSet<&str> = self
            .posts
            .iter()
            .filter(|post| post.latch.holds())
            .map(|post| post.gauge.name())
            .collect();
        let mut theirs = BTreeMap::new();
        for hold in found {
            if !ours.contains(hold.brake.as_str()) {
                theirs.insert(hold.brake.clone(), hold);
            }
        }
        for (brake, hold) in &theirs {
            if !self.theirs.contains_key(brake) {
                crew.watch.emit(held(crew, hold));
            }
        }
        for (brake, hold) in &self.theirs {
            if !theirs.contains_key(brake) && !ours.contains(brake.as_str()) {
                crew.watch.emit(released(crew, brake, hold.held_ms));
            }
        }
        self.theirs = theirs;
        Ok(())
    }
}

impl Post {
    /// Whether it holds from now on, or lets go.
    async fn look(&mut self, look: &mut Look<'_>, crew: &Crew<'_>) -> bool {
        let seen = match timeout(ANSWER, self.gauge.look(look)).await {
            Ok(Ok(seen)) => seen,
            // The workers have the same trouble, and tell of it.
            Ok(Err(Failure::Lost(_))) => {
                let _ = look.driver.reconnect().await;
                return false;
            }
            Ok(Err(failure)) => self.unread(failure.message()),
            Err(_) => {
                // What was under way is gone with its connection.
                let _ = look.driver.reconnect().await;
                let seconds = ANSWER.as_secs();
                self.unread(&format!("it has not answered for {seconds} seconds"))
            }
        };
        let now = crew.now();
        let change = match seen {
            Seen::Nothing => self.latch.off(now),
            Seen::Hidden { remedy } => {
                self.say(crew, remedy);
                self.latch.off(now)
            }
            Seen::Reading(reading) => {
                let change = self.latch.read(reading.level, now);
                self.reading = Some(reading);
                change
            }
        };
        match change {
            Some(Change::Held) => {
                self.since = Some(Instant::now());
                if let Some(hold) = self.hold() {
                    crew.watch.emit(held(crew, &hold));
                }
            }
            Some(Change::Released(after)) => {
                self.since = None;
                crew.watch
                    .emit(released(crew, self.gauge.name(), millis(after)));
            }
            None => {}
        }
        change.is_some()
    }

    /// What it means that it could not be read.
    fn unread(&self, why: &str) -> Seen {
        if self.gauge.holds_unread() {
            return Seen::Reading(Reading::holding(why, "an answer"));
        }
        Seen::Hidden {
            remedy: why.to_owned(),
        }
    }

    fn say(&mut self, crew: &Crew<'_>, remedy: String) {
        if self.said.insert(remedy.clone()) {
            crew.watch.emit(Event::BrakeUnread {
                migration: crew.place.migration.clone(),
                step: crew.place.step.clone(),
                brake: self.gauge.name().to_owned(),
                remedy,
            });
        }
    }

    fn hold(&self) -> Option<Hold> {
        let since = self.since?;
        let reading = self.reading.as_ref()?;
        Some(Hold::new(
            self.gauge.name(),
            reading,
            millis(since.elapsed()),
        ))
    }
}

fn held(crew: &Crew<'_>, hold: &Hold) -> Event {
    Event::BackfillHeld {
        migration: crew.place.migration.clone(),
        step: crew.place.step.clone(),
        brake: hold.brake.clone(),
        reading: hold.reading.clone(),
        threshold: hold.threshold.clone(),
    }
}

fn released(crew: &Crew<'_>, brake: &str, held_ms: u64) -> Event {
    Event::BackfillReleased {
        migration: crew.place.migration.clone(),
        step: crew.place.step.clone(),
        brake: brake.to_owned(),
        held_ms,
    }
}

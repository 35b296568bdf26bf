//! What the workers of one process share, and what they tell of themselves.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use colmig_schema::script::Backfill;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::meter::{Done, Meter};
use crate::migrate::driver::Driver;
use crate::migrate::error::Place;
use crate::migrate::event::Event;
use crate::migrate::lock::Lease;
use crate::migrate::measure::Probed;
use crate::migrate::retry::Recovery;
use crate::migrate::session::Halt;
use crate::migrate::settings::Settings;
use crate::migrate::store::{Store, Sums};
use crate::migrate::tuning::Course;
use crate::migrate::watch::{Stop, Watch};

/// The workers of one process at one backfill.
pub(super) struct Crew<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) settings: &'a Settings,
    pub(super) watch: &'a Watch,
    pub(super) place: &'a Place,
    pub(super) backfill: &'a Backfill,
    /// Of the files that say what is filled.
    pub(super) digest: &'a str,
    /// Whether batches skip the triggers of others.
    pub(super) skip_triggers: bool,
    /// The command that goes on where this one ends.
    pub(super) resume: &'a str,
    /// The lease of the run, where these are a run's.
    pub(super) lease: Option<&'a Lease>,
    /// Looks at what is in the way of one of them.
    pub(super) side: tokio::sync::Mutex<Option<&'a mut Box<dyn Driver>>>,
    /// The right to be at work while others are.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// When others were seen at work last, by any of the workers.
    busy: Mutex<Option<Duration>>,
    home: Stop,
    /// What the workers go by, which changes while they work.
    course: watch::Sender<Course>,
    /// Whether a brake holds; also before they were looked at.
    held: AtomicBool,
    /// The brakes that hold.
    brakes: Mutex<Vec<String>>,
    /// How many rows this pass may have changed before the brakes are looked at again.
    quota: AtomicU64,
    /// The rows of the batches that are under way.
    under_way: AtomicU64,
    /// How many times its usual duration each batch took, since that was asked last.
    slowed: Mutex<Vec<f64>>,
    began: Instant,
    meter: Mutex<Meter>,
}

impl<'a> Crew<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "each is one thing that is shared"
    )]
    pub(super) fn new(
        store: &'a dyn Store,
        settings: &'a Settings,
        watch: &'a Watch,
        place: &'a Place,
        backfill: &'a Backfill,
        digest: &'a str,
        skip_triggers: bool,
        resume: &'a str,
        lease: Option<&'a Lease>,
        side: Option<&'a mut Box<dyn Driver>>,
        meter: Meter,
    ) -> Self {
        Crew {
            store,
            settings,
            watch,
            place,
            backfill,
            digest,
            skip_triggers,
            resume,
            lease,
            side: tokio::sync::Mutex::new(side),
            turn: tokio::sync::Mutex::new(()),
            busy: Mutex::default(),
            home: Stop::new(),
            course: watch::Sender::new(Course::of(settings)),
            held: AtomicBool::new(true),
            brakes: Mutex::default(),
            quota: AtomicU64::new(u64::MAX),
            under_way: AtomicU64::new(0),
            slowed: Mutex::default(),
            began: Instant::now(),
            meter: Mutex::new(meter),
        }
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// Somebody asked the run to stop.
    pub(super) fn is_at_work(&self) -> Result<bool, Halt> {
        if self.watch.stop.is_requested() {
            return Err(Halt::Stop);
        }
        Ok(!self.home.is_requested())
    }

    /// Whether the worker with this number is to go on.
    ///
    /// # Errors
    /// Somebody asked the run to stop.
    pub(super) fn wants(&self, number: u32) -> Result<bool, Halt> {
        Ok(self.is_at_work()? && number < self.course.borrow().settings.workers)
    }

    /// Waits until so many workers are wanted. Whether that comes before the end.
    pub(super) async fn called(&self, number: u32) -> Result<bool, Halt> {
        let mut course = self.course.subscribe();
        let wanted = course.wait_for(|course| number < course.settings.workers);
        tokio::select! {
            biased;
            () = self.watch.stop.requested() => Err(Halt::Stop),
            () = self.home.requested() => Ok(false),
            // The sender lives in `self`.
            _ = wanted => Ok(true),
        }
    }

    /// What the workers go by, for one that wants to hear of changes.
    pub(super) fn course(&self) -> watch::Receiver<Course> {
        self.course.subscribe()
    }

    /// Looks which windows are open and reads what was tuned since, and lets the workers know.
    pub(super) async fn tune(&self, driver: &mut dyn Driver) {
        let Ok(tuned) = self.store.tuned(driver, &self.place.migration).await else {
            // The next look may have a connection.
            return;
        };
        let pairs = tuned.iter().map(|tuned| (&*tuned.key, &*tuned.value));
        match Course::at(self.settings, Timestamp::now(), pairs) {
            Ok(course) if course != *self.course.borrow() => {
                let windows = course.windows.clone();
                let before = self.course.send_replace(course);
                if windows != before.windows {
                    self.watch.emit(Event::WindowsChanged {
                        migration: self.place.migration.clone(),
                        windows,
                    });
                }
                if !self.course.borrow().is_tuned_like(&before) {
                    self.watch.emit(Event::Tuned {
                        migration: self.place.migration.clone(),
                        tuned,
                    });
                }
            }
            Ok(_) => {}
            // It was fine with the settings of whoever tuned; with these the last course holds.
            Err(error) => {
                tracing::warn!(target: "colmig::migrate", %error, "what was tuned does not go with these settings");
            }
        }
    }

    /// Lets every worker end after its batch.
    pub(super) fn send_home(&self) {
        self.home.request();
    }

    /// Whether a brake holds, or what was allowed until the next look is used up or under way: no
    /// batch may begin.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed) || self.left() == Some(0)
    }

    /// How many rows are left until the next look; none if that is not limited.
    fn left(&self) -> Option<u64> {
        let quota = self.quota.load(Ordering::Relaxed);
        let taken = || self.changed() + self.under_way.load(Ordering::Relaxed);
        (quota < u64::MAX).then(|| quota.saturating_sub(taken()))
    }

    /// Takes the rows of a batch, of which there may be fewer left. They are given back.
    pub(super) fn take(&self, rows: u64) -> u64 {
        let rows = self.left().map_or(rows, |left| rows.min(left).max(1));
        self.under_way.fetch_add(rows, Ordering::Relaxed);
        rows
    }

    /// A batch of so many rows has ended, and was reported if it was committed.
    pub(super) fn give_back(&self, rows: u64) {
        self.under_way.fetch_sub(rows, Ordering::Relaxed);
    }

    /// Lets batches begin only if no brake holds.
    pub(super) fn hold(&self, brakes: Vec<String>) {
        self.held.store(!brakes.is_empty(), Ordering::Relaxed);
        *self.brakes() = brakes;
    }

    /// A worker waits because of the brakes, of which the first is told.
    pub(super) fn waits_for_brakes(&self) {
        let brake = self.brakes().first().cloned();
        if let Some(brake) = brake {
            self.waits(&brake);
        }
    }

    fn brakes(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.brakes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets this pass change so many rows before the next look.
    pub(super) fn allow(&self, quota: u64) {
        self.quota.store(quota, Ordering::Relaxed);
    }

    /// Takes note of how many times its usual duration a batch took.
    pub(super) fn note_slowed(&self, times: f64) {
        let mut slowed = self.slowed.lock().unwrap_or_else(PoisonError::into_inner);
        slowed.push(times);
    }

    /// How many times its usual duration a batch took since that was asked last: the middle one
    /// of them, for single ones are slowed down by anything. 0 if there was none.
    pub(super) fn slowed(&self) -> f64 {
        let mut slowed = self.slowed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slowed = std::mem::take(&mut *slowed);
        slowed.sort_unstable_by(f64::total_cmp);
        slowed.get(slowed.len() / 2).copied().unwrap_or_default()
    }

    /// The rows that this pass has changed, by all processes.
    pub(super) fn changed(&self) -> u64 {
        self.meter().changed()
    }

    /// The time since the crew began.
    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Takes note of when a worker has seen others at work last. When any of them has.
    pub(super) fn share_busy(&self, seen: Option<Duration>) -> Option<Duration> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        *busy = (*busy).max(seen);
        *busy
    }

    pub(super) fn recovery(&self) -> Recovery<'_> {
        Recovery {
            store: self.store,
            watch: self.watch,
            resume: self.resume,
        }
    }

    /// Takes note of a batch, and tells of it now and then.
    pub(super) fn report(&self, done: &Done) {
        let event = self.meter().batch(self.place, done);
        if let Some(event) = event {
            self.watch.emit(event);
        }
    }

    /// Takes note of a round trip to the database.
    pub(super) fn probed(&self, probed: Probed, took: Duration) {
        self.meter().probed(probed, took);
    }

    /// Takes note that a brake, by its name, keeps a worker from beginning its batch.
    pub(super) fn waits(&self, brake: &str) {
        let event = self.meter().waits(self.place, brake);
        if let Some(event) = event {
            self.watch.emit(event);
        }
    }

    /// The statements that this process has sent.
    pub(super) fn statements(&self) -> u64 {
        self.meter().statements
    }

    /// The rows that this process has filled.
    pub(super) fn filled(&self) -> u64 {
        self.meter().ours.changed
    }

    /// Takes note of what the workers of all processes have done.
    pub(super) fn learn(&self, sums: Sums) {
        self.meter().learn(sums);
    }

    fn meter(&self) -> std::sync::MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What the workers of one process share, and what they tell of themselves.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use colmig_schema::script::Backfill;
use tokio::time::Instant;

use super::meter::{Done, Meter};
use crate::migrate::driver::Driver;
use crate::migrate::error::Place;
use crate::migrate::lock::Lease;
use crate::migrate::measure::Probed;
use crate::migrate::retry::Recovery;
use crate::migrate::session::Halt;
use crate::migrate::settings::Settings;
use crate::migrate::store::{Store, Sums};
use crate::migrate::watch::{Stop, Watch};

/// The workers of one process at one backfill.
pub(super) struct Crew<'a> {
    pub(super) store: &'a Store,
    pub(super) settings: &'a Settings,
    pub(super) watch: &'a Watch,
    pub(super) place: &'a Place,
    pub(super) backfill: &'a Backfill,
    /// The command that goes on where this one ends.
    pub(super) resume: &'a str,
    /// The lease of the run, where these are a run's.
    pub(super) lease: Option<&'a Lease>,
    /// Looks at what is in the way of one of them.
    pub(super) side: tokio::sync::Mutex<Option<&'a mut Box<dyn Driver>>>,
    home: Stop,
    began: Instant,
    meter: Mutex<Meter>,
}

impl<'a> Crew<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "each is one thing that is shared"
    )]
    pub(super) fn new(
        store: &'a Store,
        settings: &'a Settings,
        watch: &'a Watch,
        place: &'a Place,
        backfill: &'a Backfill,
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
            resume,
            lease,
            side: tokio::sync::Mutex::new(side),
            home: Stop::new(),
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

    /// Lets every worker end after its batch.
    pub(super) fn send_home(&self) {
        self.home.request();
    }

    /// The time since the crew began.
    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn recovery(&self) -> Recovery<'_> {
        Recovery {
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
    pub(super) fn waits(&self, brake: &'static str) {
        let event = self.meter().waits(self.place, brake);
        if let Some(event) = event {
            self.watch.emit(event);
        }
    }

    /// The statements that this process has sent.
    pub(super) fn statements(&self) -> u64 {
        self.meter().statements
    }

    /// Takes note of what the workers of all processes have done.
    pub(super) fn learn(&self, sums: Sums) {
        self.meter().learn(sums);
    }

    fn meter(&self) -> std::sync::MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

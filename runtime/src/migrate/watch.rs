//! The caller's side of a run: it hears of events, and may ask for a stop.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::event::Event;
use super::measure;
use super::session::Halt;

/// Who watches a run, and who may stop it.
pub struct Watch {
    /// Called with each event, in order. It should return soon: the run waits for it.
    pub events: Box<dyn Fn(&Event) + Send + Sync>,
    /// The flag that asks the run to stop.
    pub stop: Stop,
}

impl Watch {
    /// Calls `events` with each event.
    pub fn new(events: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Watch {
            events: Box::new(events),
            stop: Stop::new(),
        }
    }

    /// With a flag that somebody else holds as well.
    #[must_use]
    pub fn with_stop(self, stop: Stop) -> Self {
        Watch { stop, ..self }
    }

    /// Sleeps, unless a stop is asked for.
    pub(super) async fn sleep(&self, duration: Duration) -> Result<(), Halt> {
        match self.stop.sleep(duration).await {
            true => Err(Halt::Stop),
            false => Ok(()),
        }
    }

    /// Reports an event, also through `tracing`.
    pub(super) fn emit(&self, event: Event) {
        if event.is_warning() {
            tracing::warn!(target: "colmig::migrate", "{event}");
        } else {
            tracing::info!(target: "colmig::migrate", "{event}");
        }
        measure::event(&event);
        (self.events)(&event);
    }
}

impl Default for Watch {
    /// Nobody watches; events go to `tracing` only.
    fn default() -> Self {
        Watch::new(|_| {})
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("stop", &self.stop)
            .finish_non_exhaustive()
    }
}

/// A flag that asks a run to stop. Clones are the same flag.
///
/// It is looked at after each batch and each step, and during every wait; a statement of
/// PostgreSQL's that may take long without holding anybody up is cancelled. So a run that
/// was asked stops soon, and in a place from which it can go on.
///
/// ```
/// let stop = colmig::migrate::Stop::new();
/// let theirs = stop.clone();
/// theirs.request();
/// assert!(stop.is_requested());
/// ```
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// A flag that nobody has raised.
    pub fn new() -> Self {
        Stop(Arc::new(watch::Sender::new(false)))
    }

    /// Asks for a stop. It cannot be taken back.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether a stop was asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Sleeps, unless a stop is asked for. Whether it was.
    pub(super) async fn sleep(&self, duration: Duration) -> bool {
        tokio::time::timeout(duration, self.requested())
            .await
            .is_ok()
    }

    /// Comes back when a stop is asked for.
    pub(super) async fn requested(&self) {
        let mut flag = self.0.subscribe();
        // The sender lives in `self`, so it does not go before the flag is raised.
        let _ = flag.wait_for(|requested| *requested).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}

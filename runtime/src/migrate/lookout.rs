//! Looks from another connection at a statement that is being executed: what is in its
//! way, and whether it is still wanted.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::driver::{Driver, Obstruction, SessionId};
use super::error::{Place, millis};
use super::event::Event;
use super::watch::Watch;

/// How often a statement that waits with patience is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Who looks, and at what.
pub(super) struct Lookout<'a> {
    /// The other connection. Without one, nobody looks.
    pub(super) side: Option<&'a mut Box<dyn Driver>>,
    pub(super) watch: &'a Watch,
    pub(super) place: &'a Place,
    /// How long the statement waits for a lock.
    pub(super) lock: Duration,
    /// Whether nobody queues up behind it. Only then is there time to tell of what it
    /// waits for, and only then is it cancelled when a stop is asked for: any other
    /// comes to its end within its time-out.
    pub(super) patient: bool,
}

impl Lookout<'_> {
    /// Executes `statement`, which belongs to `session`. What is in its way goes to `seen`.
    pub(super) async fn over<T>(
        self,
        session: SessionId,
        seen: &mut Obstruction,
        statement: impl Future<Output = T>,
    ) -> T {
        let Some(side) = self.side else {
            return statement.await;
        };
        let began = Instant::now();
        let mut statement = std::pin::pin!(statement);
        // Shortly before the time-out, or soon if that is far away.
        let mut pause = (self.lock * 6 / 10).min(Duration::from_secs(1));
        // What is begun after the flag was raised tidies up.
        let mut cancels = self.patient && !self.watch.stop.is_requested();
        loop {
            tokio::select! {
                biased;
                result = &mut statement => return result,
                () = self.watch.stop.requested(), if cancels => {
                    cancels = false;
                    // If it cannot be cancelled, it comes to its end by itself.
                    let _ = side.cancel(session).await;
                }
                () = sleep(pause) => {
                    pause = LOOK_AGAIN;
                    match side.obstruction(session).await {
                        Ok(found) if !found.blockers.is_empty() => {
                            if self.patient {
                                self.watch.emit(waiting(self.place, began.elapsed(), &found));
                            }
                            *seen = found;
                        }
                        Ok(_) => {}
                        // It is for the report only; the next look may have a connection.
                        Err(_) => {
                            let _ = side.reconnect().await;
                        }
                    }
                }
            }
        }
    }
}

fn waiting(place: &Place, waited: Duration, found: &Obstruction) -> Event {
    Event::LockWaiting {
        migration: place.migration.clone(),
        phase: place.phase,
        step: place.step.clone(),
        waited_ms: millis(waited),
        blockers: found.blockers.clone(),
    }
}

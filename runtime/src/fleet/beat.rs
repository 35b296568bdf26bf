//! The beat: renews the lease, looks for what is published, acknowledges it.
//!
//! With nothing in flight it writes one row in half a lease time and reads what is
//! published then, and nothing else. While a migration is under way it reads one number at each
//! `poll`; where notifications arrive it is told instead.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::line::Line;
#[cfg(feature = "postgres")]
use super::listen::Ear;
use super::{Mode, Settings, in_flight, millis, resign};
use crate::clock;
use crate::db::Inner;
use crate::metrics;

/// After a failure, the shortest and the longest pause before the next try.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// No database with notifications is on.
#[cfg(not(feature = "postgres"))]
#[derive(Default)]
struct Ear {}

#[cfg(not(feature = "postgres"))]
impl Ear {
    async fn heard(&mut self) {
        std::future::pending().await
    }

    async fn tend(&mut self, _inner: &Inner, _wanted: bool) {}

    fn hears(&self) -> bool {
        false
    }
}

/// Beats until the `Db` is gone, and gives the lease back then.
pub(super) fn run(inner: &Arc<Inner>) -> impl Future<Output = ()> + Send + 'static {
    let weak: Weak<Inner> = Arc::downgrade(inner);
    let rouse = Arc::clone(&inner.views.rouse);
    let pool = inner.pool.clone();
    let seat = inner.fleet.seat.clone();
    async move {
        let mut ear = Ear::default();
        let mut heard = false;
        let mut registered = false;
        loop {
            let pause = match weak.upgrade() {
                Some(inner) if inner.fleet.mode() == Mode::Left => return,
                Some(inner) => {
                    let pause = beat(&inner, &mut ear, heard).await;
                    registered = inner.fleet.mode() == Mode::Joined;
                    pause
                }
                None => break,
            };
            heard = tokio::select! {
                () = tokio::time::sleep(pause) => false,
                () = rouse.notified() => false,
                () = ear.heard() => true,
            };
        }
        if registered {
            resign(&seat, &pool).await;
        }
    }
}

/// Does what is due. How long it is until the next thing is.
async fn beat(inner: &Arc<Inner>, ear: &mut Ear, heard: bool) -> Duration {
    let settings = &inner.fleet.settings;
    let mut membership = inner.fleet.membership.lock().await;
    let now = clock::now();
    let renews = now >= membership.renew_at
        || (inner.views.fresh().is_none() && inner.fleet.mode() != Mode::Alone);
    let polls = heard || (membership.registered && looks(inner, ear) && now >= membership.poll_at);
    let acknowledges = membership.registered
        && inner
            .views
            .may_acknowledge()
            .is_some_and(|epoch| epoch != membership.acknowledged);
    if renews || polls || acknowledges {
        let done = async {
            let line = Line::open(&inner.pool, settings.lease).await;
            if line.is_err() && renews {
                metrics::LEASE_RENEWALS.add(&["failed"], 1);
            }
            let mut line = line?;
            let held = &mut line.held();
            if renews {
                return membership.renew(inner, held).await;
            }
            if polls {
                membership.read(inner, held, None).await?;
                membership.tell(inner, held).await?;
            }
            membership.acknowledge(inner, held).await
        };
        // A connection that hangs must not keep the next one from being tried while the lease
        // still holds.
        match tokio::time::timeout(settings.lease / 4, done).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the lease was not renewed, or the phases in flight not read");
                return retry(settings);
            }
            Err(_) => {
                if renews {
                    metrics::LEASE_RENEWALS.add(&["failed"], 1);
                }
                tracing::warn!("the lease was not renewed in time: the database does not answer");
                return retry(settings);
            }
        }
    }
    let (registered, renew_at, poll_at) = (
        membership.registered,
        membership.renew_at,
        membership.poll_at,
    );
    // An access that finds the lease run out must not wait for a connection to be opened.
    drop(membership);
    let listens = settings.notifications && inner.fleet.mode() == Mode::Joined && in_flight(inner);
    ear.tend(inner, listens).await;
    let due = if registered && looks(inner, ear) {
        renew_at.min(poll_at)
    } else {
        renew_at
    };
    Duration::from_millis(due.saturating_sub(clock::now()).max(1))
}

/// Whether it is worth looking for something new between two renewals.
fn looks(inner: &Inner, ear: &Ear) -> bool {
    in_flight(inner) && !ear.hears()
}

fn retry(settings: &Settings) -> Duration {
    let pause = Duration::from_millis(millis(settings.lease) / 20);
    pause.clamp(RETRY.0, RETRY.1)
}

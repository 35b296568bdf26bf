//! The beat: renews the lease, looks for what is published, acknowledges it.
//!
//! With nothing in flight it writes one row in half a lease time and reads what is
//! published then, and nothing else. While a migration is under way it reads one number at each
//! `poll`; where notifications arrive it is told instead.

use std::sync::{Arc, Weak};
use std::time::Duration;

#[cfg(feature = "mongodb")]
use super::Session;
use super::line::Line;
#[cfg(feature = "postgres")]
use super::listen::Ear;
#[cfg(feature = "mongodb")]
use super::stream::Stream;
use super::{Membership, Mode, Settings, Speech, in_flight, millis, resign};
use crate::clock;
use crate::db::Inner;
#[cfg(feature = "mongodb")]
use crate::db::Pool;
use crate::metrics;

/// After a failure, the shortest and the longest pause before the next try.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How this instance is told of what is published, where its database can.
#[derive(Default)]
struct Ears {
    #[cfg(feature = "postgres")]
    postgres: Ear,
    #[cfg(feature = "mongodb")]
    mongodb: Stream,
}

impl Ears {
    async fn heard(&mut self) {
        let nothing = std::future::pending::<()>;
        #[cfg(feature = "postgres")]
        let postgres = self.postgres.heard();
        #[cfg(not(feature = "postgres"))]
        let postgres = nothing();
        #[cfg(feature = "mongodb")]
        let mongodb = self.mongodb.heard();
        #[cfg(not(feature = "mongodb"))]
        let mongodb = nothing();
        tokio::select! {
            () = postgres => {},
            () = mongodb => {},
            () = nothing() => {},
        }
    }

    #[cfg_attr(
        not(any(feature = "postgres", feature = "mongodb")),
        expect(unused_variables, clippy::unused_async, reason = "nobody tells")
    )]
    async fn tend(&mut self, inner: &Inner, wanted: bool) {
        #[cfg(feature = "postgres")]
        self.postgres.tend(inner, wanted).await;
        #[cfg(feature = "mongodb")]
        self.mongodb.tend(inner, wanted).await;
    }

    fn hears(&self) -> bool {
        #[cfg(feature = "postgres")]
        if self.postgres.hears() {
            return true;
        }
        #[cfg(feature = "mongodb")]
        if self.mongodb.hears() {
            return true;
        }
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
        let mut ears = Ears::default();
        let mut heard = false;
        let mut registered = false;
        loop {
            let pause = match weak.upgrade() {
                Some(inner) if inner.fleet.mode() == Mode::Left => return,
                Some(inner) => {
                    let pause = beat(&inner, &mut ears, heard).await;
                    registered = inner.fleet.mode() == Mode::Joined;
                    pause
                }
                None => break,
            };
            heard = tokio::select! {
                () = tokio::time::sleep(pause) => false,
                () = rouse.notified() => false,
                () = ears.heard() => true,
            };
        }
        if registered {
            resign(&seat, &pool).await;
        }
    }
}

/// Does what is due. How long it is until the next thing is.
async fn beat(inner: &Arc<Inner>, ears: &mut Ears, heard: bool) -> Duration {
    let settings = &inner.fleet.settings;
    let mut membership = inner.fleet.membership.lock().await;
    let now = clock::now();
    let renews = now >= membership.renew_at
        || (inner.views.fresh().is_none() && inner.fleet.mode() != Mode::Alone);
    let polls = heard || (membership.registered && looks(inner, ears) && now >= membership.poll_at);
    let acknowledges = membership.registered
        && inner
            .views
            .may_acknowledge()
            .is_some_and(|epoch| epoch != membership.acknowledged);
    if renews || polls || acknowledges {
        let membership = &mut *membership;
        let done = async {
            #[cfg(feature = "mongodb")]
            if let Pool::MongoDb(place) = &inner.pool {
                let session = &mut Session::new(place);
                let done = due(membership, inner, session, renews, polls).await;
                return done.map_err(|error| error.to_string());
            }
            let line = Line::open(&inner.pool, settings.lease).await;
            if line.is_err() && renews {
                metrics::LEASE_RENEWALS.add(&["failed"], 1);
            }
            let mut line = line.map_err(|error| error.to_string())?;
            let done = due(membership, inner, &mut line.held(), renews, polls).await;
            done.map_err(|error| error.to_string())
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
    ears.tend(inner, listens).await;
    let due = if registered && looks(inner, ears) {
        renew_at.min(poll_at)
    } else {
        renew_at
    };
    Duration::from_millis(due.saturating_sub(clock::now()).max(1))
}

/// Renews the lease, or looks for what is published, and acknowledges it.
async fn due<S: Speech>(
    membership: &mut Membership,
    inner: &Inner,
    held: &mut S,
    renews: bool,
    polls: bool,
) -> Result<(), S::Error> {
    if renews {
        return membership.renew(inner, held).await;
    }
    if polls {
        membership.read(inner, held, None).await?;
        membership.tell(inner, held).await?;
    }
    membership.acknowledge(inner, held).await
}

/// Whether it is worth looking for something new between two renewals.
fn looks(inner: &Inner, ears: &Ears) -> bool {
    in_flight(inner) && !ears.hears()
}

fn retry(settings: &Settings) -> Duration {
    let pause = Duration::from_millis(millis(settings.lease) / 20);
    pause.clamp(RETRY.0, RETRY.1)
}

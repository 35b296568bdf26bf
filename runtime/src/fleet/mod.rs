//! This process as one instance of the fleet: its lease, what it tells, what it acknowledges.
//!
//! An instance stands in the table `colmig_instance` with a lease, by the database's clock.
//! The executor publishes an epoch, and does nothing else before every live lease has
//! acknowledged it or has run out. Decisions are those of
//! [`colmig_schema::fleet`]; here is what carries them out.
//!
//! # Why no two instances are further apart than two adjacent views
//!
//! 1. *Whoever relies on a view has a live lease that the executor sees.* An instance relies
//!    on a view until a moment that is measured from before the renewal was sent, and less
//!    than the lease; the renewal is committed when its answer arrives. If the answer came
//!    before the last lease could no longer be relied on, there was no gap, and every look
//!    of the executor meanwhile found a live lease. If it came later, there may have been a
//!    look that found none, so the phases are read *after* the renewal was committed, and
//!    before anything relies on it: an executor that did not see the lease had published
//!    before. The same holds for the first lease.
//! 2. *Whoever has acknowledged an epoch begins nothing by an older view, and has nothing
//!    under way by one.* An access counts itself and looks again whether its view is still
//!    the newest; a new view is put up first and the counts are read then. One of the two
//!    sees the other.
//! 3. *A write that was accepted was executed while the lease held*: it is looked at
//!    again after the answer. A process that was stopped in between, for longer than its
//!    lease, answers with [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown).
//!
//! A future of an access that is dropped counts as ended: what it wrote was accepted by
//! nobody. The database may still be executing it, as it would a statement of a process that
//! was killed.
//!
//! A transaction holds the view of its first access until it ends. On SQLite it also keeps the
//! executor from publishing anything, and so needs no lease any more once it has begun.
//!
//! # Without a lease
//!
//! A database without colmig's tables has nobody who executes migrations. An instance
//! relies on that for [`VIEW_MAX_AGE`](crate::VIEW_MAX_AGE) and looks again in half of it; the
//! executor waits for longer than that once, when the tables are new.
//!
//! A role that may not write `colmig_instance` (it was kept from it, or the database is a
//! standby) cannot hold a lease, and neither can an access on a connection of the
//! application's own before the first renewal. Such an access asks for the phases itself,
//! each time, and is accepted within a quarter of a second; the executor waits for longer
//! than that after every stage. For the gate of `contract` it is a writer that does not register.

mod beat;
mod line;
#[cfg(feature = "postgres")]
mod listen;
#[cfg(feature = "mongodb")]
mod mongodb;
mod speech;
#[cfg(feature = "mongodb")]
mod stream;
pub(crate) mod told;
pub(crate) mod words;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use colmig_schema::Progress;
use colmig_schema::fleet::{self, Epoch};
use tokio::task::JoinHandle;

use self::line::Line;
#[cfg(feature = "mongodb")]
pub(crate) use self::mongodb::Session;
pub(crate) use self::speech::Speech;
use self::words::Seat;
use crate::clock;
use crate::db::{Inner, Pool};
use crate::identity;
use crate::metrics;

/// For how long the database is waited for, where somebody waits for this process: an
/// access for its lease to be renewed, or whoever closes the `Db`.
const PATIENCE: Duration = Duration::from_secs(5);

/// How an instance holds its lease.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) lease: Duration,
    pub(crate) poll: Duration,
    pub(crate) notifications: bool,
    pub(crate) name: Option<String>,
    pub(crate) build: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            notifications: true,
            name: None,
            build: None,
        }
    }
}

/// How this instance stands with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    /// It has not asked yet.
    Unknown,
    /// There are no tables to register in.
    Absent,
    /// It has a lease, or had one that ran out.
    Joined,
    /// It may not write the table.
    Alone,
    /// It has given its lease back.
    Left,
}

/// This process as an instance.
pub(crate) struct Fleet {
    settings: Settings,
    seat: Seat,
    mode: AtomicU8,
    /// One question at a time, so that a hundred accesses that find the lease run out renew once.
    membership: tokio::sync::Mutex<Membership>,
    beat: Mutex<Option<JoinHandle<()>>>,
}

/// What is written of this instance in the database.
#[derive(Debug, Default)]
struct Membership {
    /// Whether there is a row.
    registered: bool,
    acknowledged: Epoch,
    /// The version of the models that were told.
    told: u64,
    /// When the lease is renewed next, by [`clock::now`].
    renew_at: u64,
    /// When the epoch is looked at next.
    poll_at: u64,
    /// Whether somebody was told that this instance cannot register.
    warned: bool,
}

impl Fleet {
    pub(crate) fn new(settings: Settings) -> Fleet {
        let host = identity::host();
        let pid = std::process::id();
        let name = settings
            .name
            .clone()
            .unwrap_or_else(|| format!("{host}-{pid}"));
        Fleet {
            seat: Seat {
                id: format!("{name}-{}", &identity::token()[..12]),
                build: settings.build.clone().unwrap_or_else(identity::build),
                host,
                pid,
                lease_ms: millis(settings.lease),
            },
            settings,
            mode: AtomicU8::new(Mode::Unknown as u8),
            membership: tokio::sync::Mutex::default(),
            beat: Mutex::default(),
        }
    }

    pub(crate) fn mode(&self) -> Mode {
        match self.mode.load(Ordering::Acquire) {
            1 => Mode::Absent,
            2 => Mode::Joined,
            3 => Mode::Alone,
            4 => Mode::Left,
            _ => Mode::Unknown,
        }
    }

    fn set(&self, mode: Mode) {
        self.mode.store(mode as u8, Ordering::Release);
    }

    /// For how long an access waits for the lease to be renewed.
    pub(crate) fn patience(&self) -> Duration {
        (self.settings.lease / 2).min(PATIENCE)
    }

    /// How long the lease lasts.
    pub(crate) fn lease(&self) -> Duration {
        self.settings.lease
    }

    /// How often the database is asked for something new.
    pub(crate) fn poll(&self) -> Duration {
        self.settings.poll
    }

    /// The name under which it stands in the database.
    pub(crate) fn id(&self) -> &str {
        &self.seat.id
    }
}

/// Sees to it that the lease is renewed for as long as the `Db` lives.
pub(crate) fn start(inner: &Arc<Inner>) {
    if inner.fleet.mode() == Mode::Left {
        return;
    }
    let mut beat = inner
        .fleet
        .beat
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    // A task ends with the runtime that it was begun in.
    if beat.as_ref().is_none_or(JoinHandle::is_finished) {
        *beat = Some(tokio::spawn(beat::run(inner)));
    }
}

/// Renews the lease, or takes the first one, on a connection that is in no transaction.
/// Without an error the lease may still be none: see [`Fleet::mode`].
pub(crate) async fn renew<S: Speech>(inner: &Arc<Inner>, held: &mut S) -> Result<(), S::Error> {
    start(inner);
    let mut membership = inner.fleet.membership.lock().await;
    if inner.views.fresh().is_some() {
        return Ok(());
    }
    membership.renew(inner, held).await
}

/// Renews the lease on a connection of the pool, if it has run out: what comes next may be
/// a transaction, in which that cannot be done.
pub(crate) async fn ready(inner: &Arc<Inner>) {
    if inner.views.fresh().is_some() || matches!(inner.fleet.mode(), Mode::Alone | Mode::Left) {
        return;
    }
    if let Err(error) = take(inner, "the lease").await {
        // The accesses say so themselves, if there are any.
        tracing::debug!(%error, "the lease was not renewed before a transaction");
    }
}

/// Renews the lease, or takes the first one, for `doing`.
pub(crate) async fn take(inner: &Arc<Inner>, doing: &'static str) -> crate::Result<()> {
    #[cfg(feature = "mongodb")]
    if let Pool::MongoDb(place) = &inner.pool {
        let renewed = Box::pin(async { renew(inner, &mut Session::new(place)).await });
        return renewed.await.map_err(|error| Session::failed(doing, error));
    }
    let failed = |source| crate::Error::Database {
        model: doing,
        source,
    };
    let mut held = inner.pool.acquire().await.map_err(failed)?;
    Box::pin(renew(inner, &mut held)).await.map_err(failed)
}

/// Asks for the phases for one access alone. When the answer was true, unless it cannot be used.
pub(crate) async fn ask_alone<S: Speech>(
    inner: &Inner,
    held: &mut S,
) -> Result<Option<u64>, S::Error> {
    let now = clock::now();
    let (there, age) = held.find().await?;
    let asked = now.saturating_sub(age);
    let (published, until) = if there {
        (held.published().await?, None)
    } else {
        (Vec::new(), Some(fleet::absence_relied_on_until(asked)))
    };
    let learned = inner.views.learn(asked, Some(published), until);
    Ok(learned.then_some(asked))
}

/// Gives the lease back.
pub(crate) async fn leave(inner: &Inner) {
    inner.fleet.set(Mode::Left);
    inner.views.give_up();
    inner.views.rouse.notify_one();
    let leave = async {
        #[cfg(feature = "mongodb")]
        if let Some(fills) = &inner.fills {
            fills.rest().await;
        }
        let mut membership = inner.fleet.membership.lock().await;
        if std::mem::take(&mut membership.registered) {
            resign(&inner.fleet.seat, &inner.pool).await;
        }
    };
    // Whoever closes does not want to wait for a database that does not answer.
    let _ = tokio::time::timeout(PATIENCE, leave).await;
}

async fn resign(seat: &Seat, pool: &Pool) {
    let left = async {
        #[cfg(feature = "mongodb")]
        if let Pool::MongoDb(place) = pool {
            let left = Session::new(place).leave(seat).await;
            return left.map_err(|error| error.to_string());
        }
        let lease = Duration::from_millis(seat.lease_ms);
        let line = Line::open(pool, lease).await;
        let mut line = line.map_err(|error| error.to_string())?;
        let left = line.held().leave(seat).await;
        left.map_err(|error| error.to_string())
    };
    match tokio::time::timeout(PATIENCE, left).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::debug!(%error, "the lease was not given back, and runs out by itself");
        }
        Err(_) => tracing::debug!("the lease was not given back, and runs out by itself"),
    }
}

impl Membership {
    async fn renew<S: Speech>(&mut self, inner: &Inner, held: &mut S) -> Result<(), S::Error> {
        let own = &inner.fleet;
        if own.mode() == Mode::Left {
            return Ok(());
        }
        let asked = clock::now();
        if !self.registered && !held.find().await?.0 {
            own.set(Mode::Absent);
            self.renew_at = asked + millis(own.settings.poll).min(fleet::MAX_AGE / 2);
            let until = fleet::absence_relied_on_until(asked);
            inner.views.learn(asked, Some(Vec::new()), Some(until));
            return Ok(());
        }
        let began = std::time::Instant::now();
        let renewed = self.hold(inner, held).await;
        let result = if renewed.is_ok() { "ok" } else { "failed" };
        metrics::LEASE_RENEWALS.add(&[result], 1);
        metrics::LEASE_RENEWAL_SECONDS.observe(&[], began.elapsed());
        match renewed {
            Ok(asked) => {
                let until = fleet::relied_on_until(asked, own.seat.lease_ms);
                self.read(inner, held, Some(until)).await?;
                own.set(Mode::Joined);
                self.renew_at = asked + own.seat.lease_ms / 2;
                self.acknowledge(inner, held).await
            }
            Err(error) if S::is_missing(&error) => {
                // Somebody has taken the tables away: the next look finds that there are none.
                self.registered = false;
                Err(error)
            }
            Err(error) if S::is_read_only(&error) => {
                own.set(Mode::Alone);
                self.renew_at = asked + own.seat.lease_ms / 2;
                if !std::mem::replace(&mut self.warned, true) {
                    tracing::warn!(%error, "this instance cannot register in colmig_instance, so every access \
                        to a model in flight asks for the phases itself: GRANT SELECT, INSERT, UPDATE, DELETE on it");
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the lease. When that was begun.
    async fn hold<S: Speech>(&mut self, inner: &Inner, held: &mut S) -> Result<u64, S::Error> {
        let seat = &inner.fleet.seat;
        let (models, version) = inner.views.told.text();
        if self.registered {
            let asked = clock::now();
            let news = (version != self.told).then_some(models.as_str());
            if held.renew(seat, news).await? {
                self.told = version;
                return Ok(asked);
            }
        } else {
            // Nothing is under way yet, so what is published now is acknowledged from the
            // start, and no second row is written for it.
            self.acknowledged = held.epoch().await?;
        }
        let asked = clock::now();
        held.register(seat, &models, self.acknowledged).await?;
        (self.registered, self.told) = (true, version);
        Ok(asked)
    }

    /// Reads what is published, if it is something else than what is known.
    async fn read<S: Speech>(
        &mut self,
        inner: &Inner,
        held: &mut S,
        until: Option<u64>,
    ) -> Result<(), S::Error> {
        let asked = clock::now();
        let epoch = held.epoch().await?;
        let published = if inner.views.epoch() == Some(epoch) {
            None
        } else {
            Some(held.published().await?)
        };
        inner.views.learn(asked, published, until);
        self.poll_at = asked + millis(inner.fleet.settings.poll);
        Ok(())
    }

    /// Tells of models that were met since. With nothing in flight that can wait for the
    /// next renewal.
    async fn tell<S: Speech>(&mut self, inner: &Inner, held: &mut S) -> Result<(), S::Error> {
        let (models, version) = inner.views.told.text();
        if self.registered && version != self.told {
            held.tell(&inner.fleet.seat, &models).await?;
            self.told = version;
        }
        Ok(())
    }

    /// Acknowledges what is known, unless an access of an older view is under way.
    async fn acknowledge<S: Speech>(
        &mut self,
        inner: &Inner,
        held: &mut S,
    ) -> Result<(), S::Error> {
        match inner.views.may_acknowledge() {
            Some(epoch) if self.registered && epoch != self.acknowledged => {
                held.acknowledge(&inner.fleet.seat, epoch).await?;
                self.acknowledged = epoch;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether a migration is under way, so that something may be published at any moment.
fn in_flight(inner: &Inner) -> bool {
    let rollouts = inner.views.rollouts();
    let ended = |progress| {
        matches!(
            progress,
            Progress::Pending | Progress::Aborted | Progress::Finished
        )
    };
    rollouts.iter().any(|rollout| !ended(rollout.progress))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! The run lock: a lease that is written down, so that one run at a time executes migrations.
//!
//! A run that dies leaves a lease that runs out. A run that is cut off
//! for so long that another has taken over is fenced: every transaction that it commits
//! asks whether the lease is still its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::driver::{Connector, Driver, Failure, Waits, end};
use super::error::Error;
use super::event::Event;
use super::settings::Settings;
use super::store::{Store, Taken, Trouble};
use super::watch::Watch;
use crate::identity::token;

/// The lease of this run.
#[derive(Debug)]
pub(super) struct Lease {
    store: Arc<dyn Store>,
    owner: String,
    lease: Duration,
    lost: watch::Receiver<bool>,
    heartbeat: JoinHandle<()>,
    /// The heartbeat ends when this goes.
    _alive: oneshot::Sender<()>,
}

impl Lease {
    /// Takes the lease, and waits for as long as somebody else's may last if they are
    /// gone. None if a stop was asked for meanwhile.
    pub(super) async fn acquire(
        driver: &mut dyn Driver,
        connector: &Connector,
        store: &Arc<dyn Store>,
        settings: &Settings,
        watch: &Watch,
    ) -> Result<Option<Lease>, Error> {
        let beat = connector.open().await.map_err(|failure| Error::Connect {
            database: connector.database(),
            message: failure.message().to_owned(),
        })?;
        let owner = token();
        let patience = settings.lease * 2;
        let poll = (settings.lease / 10).clamp(Duration::from_millis(50), Duration::from_secs(1));
        let began = tokio::time::Instant::now();
        let mut told = None;
        loop {
            match take(driver, &**store, &owner, settings).await {
                Ok(Taken::Ours) => break,
                Ok(Taken::Theirs(holder)) => {
                    if began.elapsed() >= patience {
                        return Err(Error::Locked {
                            by: holder.by,
                            since: holder.since,
                            expires_in_ms: holder.expires_in_ms,
                        });
                    }
                    // Once for each holder, not once for each look.
                    if told.as_ref() != Some(&holder.by) {
                        told = Some(holder.by.clone());
                        watch.emit(Event::RunLockHeld {
                            by: holder.by,
                            expires_in_ms: holder.expires_in_ms,
                        });
                    }
                }
                Err(Trouble::Database(Failure::LockTimeout(_) | Failure::Again(_)))
                    if began.elapsed() < patience => {}
                Err(trouble) => return Err(cannot("take the run lock", trouble)),
            }
            if watch.stop.sleep(poll).await {
                return Ok(None);
            }
        }
        let (alive, ended) = oneshot::channel();
        let (tell, lost) = watch::channel(false);
        let heartbeat = Heartbeat {
            driver: beat,
            store: Arc::clone(store),
            owner: owner.clone(),
            lease: settings.lease,
            waits: Waits::of(settings.lock_timeout),
        };
        let heartbeat = tokio::spawn(heartbeat.run(ended, tell));
        Ok(Some(Lease {
            store: Arc::clone(store),
            owner,
            lease: settings.lease,
            lost,
            heartbeat,
            _alive: alive,
        }))
    }

    /// Whether another run has been seen to hold the lock.
    pub(super) fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Makes sure, as the last thing in a transaction, that the lease is ours and stays
    /// so until the commit.
    pub(super) async fn fence(&self, driver: &mut dyn Driver) -> Result<(), Trouble> {
        let ours = self
            .store
            .hold_lock(driver, &self.owner, self.lease)
            .await?;
        if ours { Ok(()) } else { Err(Trouble::Fenced) }
    }

    /// Gives the lease back. If that fails, it runs out by itself.
    pub(super) async fn release(self, driver: &mut dyn Driver) {
        let Lease {
            owner,
            store,
            heartbeat,
            _alive,
            ..
        } = self;
        drop(_alive);
        let _ = heartbeat.await;
        if let Err(failure) = store.release_lock(driver, &owner).await {
            tracing::warn!(target: "colmig::migrate", message = failure.message(), "the run lock was not given back, and runs out by itself");
        }
    }
}

async fn take(
    driver: &mut dyn Driver,
    store: &dyn Store,
    owner: &str,
    settings: &Settings,
) -> Result<Taken, Trouble> {
    driver.begin(&Waits::of(settings.lock_timeout)).await?;
    let taken = store.take_lock(driver, owner, settings.lease).await;
    end(driver, taken).await
}

fn cannot(what: &'static str, trouble: Trouble) -> Error {
    match trouble {
        Trouble::Database(failure) => Error::State {
            what,
            message: failure.message().to_owned(),
        },
        Trouble::Damaged(message) => Error::Damaged(message),
        Trouble::Fenced => Error::Fenced {
            by: "somebody else".to_owned(),
        },
    }
}

/// Renews the lease while the run works, on a connection of its own.
struct Heartbeat {
    driver: Box<dyn Driver>,
    store: Arc<dyn Store>,
    owner: String,
    lease: Duration,
    waits: Waits,
}

impl Heartbeat {
    async fn run(mut self, mut ended: oneshot::Receiver<()>, tell: watch::Sender<bool>) {
        let mut pause = self.lease / 3;
        loop {
            if tokio::time::timeout(pause, &mut ended).await.is_ok() {
                return;
            }
            pause = match self.beat().await {
                Ok(true) => self.lease / 3,
                Ok(false) => {
                    tell.send_replace(true);
                    return;
                }
                Err(failure) => {
                    if let Failure::Lost(_) = failure {
                        // Whether it worked shows at the next beat.
                        let _ = self.driver.reconnect().await;
                    }
                    self.lease / 20
                }
            };
        }
    }

    async fn beat(&mut self) -> Result<bool, Failure> {
        let driver = &mut *self.driver;
        driver.begin(&self.waits).await?;
        let renewed = self.store.renew_lock(driver, &self.owner, self.lease).await;
        end(driver, renewed).await
    }
}

//! The run lock: a lease in a row, so that one run at a time executes migrations.
//!
//! A row rather than an advisory lock: it works through a pooler, it says who holds it,
//! and nobody who waits for it holds a snapshot, which a concurrent index build would
//! wait for in turn. A run that dies leaves a lease that runs out. A run that is cut off
//! for so long that another has taken over is fenced: every transaction that it commits
//! asks whether the lease is still its own.

use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::driver::{Connector, Dialect, Driver, Failure, Row, Waits, end};
use super::error::{Error, millis};
use super::event::Event;
use super::outcome::RunLock;
use super::settings::Settings;
use super::store::{Columns, Trouble};
use super::watch::Watch;
use crate::identity::token;

/// The lease of this run.
#[derive(Debug)]
pub(super) struct Lease {
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
        actor: &str,
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
            match take(driver, &owner, actor, settings).await {
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
            owner: owner.clone(),
            lease: settings.lease,
            waits: Waits::of(settings.lock_timeout),
        };
        let heartbeat = tokio::spawn(heartbeat.run(ended, tell));
        Ok(Some(Lease {
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
        let ours = if driver.dialect().single_writer {
            // The heartbeat could not write while this transaction did, so the lease is
            // renewed on the way.
            renew(driver, &self.owner, self.lease).await?
        } else {
            let sql = format!(
                "SELECT id FROM colmig_lock WHERE owner = $1{}",
                driver.dialect().for_share
            );
            !driver
                .query(&sql, &[self.owner.as_str().into()])
                .await?
                .is_empty()
        };
        if ours { Ok(()) } else { Err(Trouble::Fenced) }
    }

    /// Gives the lease back. If that fails, it runs out by itself.
    pub(super) async fn release(self, driver: &mut dyn Driver) {
        let Lease {
            owner,
            heartbeat,
            _alive,
            ..
        } = self;
        drop(_alive);
        let _ = heartbeat.await;
        let sql = "DELETE FROM colmig_lock WHERE owner = $1";
        if let Err(failure) = driver.execute(sql, &[owner.as_str().into()]).await {
            tracing::warn!(target: "colmig::migrate", message = failure.message(), "the run lock was not given back, and runs out by itself");
        }
    }
}

/// Who holds the lock, if anybody does.
pub(super) async fn holder(driver: &mut dyn Driver) -> Result<Option<RunLock>, Trouble> {
    let dialect = driver.dialect();
    let sql = format!(
        "SELECT actor, {}, -{} FROM colmig_lock",
        Dialect::fill(dialect.iso, "taken_at"),
        Dialect::fill(dialect.age, "expires_at"),
    );
    let rows = driver.query(&sql, &[]).await?;
    let holder = rows.into_iter().next().map(read_holder).transpose()?;
    Ok(holder.filter(|holder| holder.expires_in_ms > 0))
}

fn read_holder(row: Row) -> Result<RunLock, Trouble> {
    let mut row = Columns::of(row);
    Ok(RunLock {
        by: row.text()?,
        since: row.text()?,
        expires_in_ms: row.number()?.max(0).unsigned_abs(),
    })
}

enum Taken {
    Ours,
    Theirs(RunLock),
}

async fn take(
    driver: &mut dyn Driver,
    owner: &str,
    actor: &str,
    settings: &Settings,
) -> Result<Taken, Trouble> {
    driver.begin(&Waits::of(settings.lock_timeout)).await?;
    let taken = try_take(driver, owner, actor, settings.lease).await;
    end(driver, taken).await
}

async fn try_take(
    driver: &mut dyn Driver,
    owner: &str,
    actor: &str,
    lease: Duration,
) -> Result<Taken, Trouble> {
    let dialect = driver.dialect();
    let (now, later) = (dialect.now, Dialect::fill(dialect.later, "$3"));
    let arguments = [owner.into(), actor.into(), millis(lease).into()];
    let over = format!(
        "UPDATE colmig_lock SET owner = $1, actor = $2, taken_at = {now}, expires_at = {later} \
         WHERE id = 1 AND (expires_at <= {now} OR owner = $1)"
    );
    if driver.execute(&over, &arguments).await? == 1 {
        return Ok(Taken::Ours);
    }
    // Whoever is the second to insert it finds it there, and looks again.
    let new = format!(
        "INSERT INTO colmig_lock (id, owner, actor, taken_at, expires_at) \
         SELECT 1, $1, $2, {now}, {later} FROM colmig_meta WHERE NOT EXISTS (SELECT 1 FROM colmig_lock)"
    );
    match driver.execute(&new, &arguments).await {
        Ok(1) => return Ok(Taken::Ours),
        Ok(_) => {}
        Err(Failure::Conflict { message, .. }) => return Err(Failure::Again(message).into()),
        Err(failure) => return Err(failure.into()),
    }
    match holder(driver).await? {
        Some(holder) => Ok(Taken::Theirs(holder)),
        // It ran out between the two statements: the next look gets it.
        None => Err(Failure::Again("the run lock has just come free".to_owned()).into()),
    }
}

async fn renew(driver: &mut dyn Driver, owner: &str, lease: Duration) -> Result<bool, Failure> {
    let later = Dialect::fill(driver.dialect().later, "$2");
    let sql = format!("UPDATE colmig_lock SET expires_at = {later} WHERE owner = $1");
    Ok(driver
        .execute(&sql, &[owner.into(), millis(lease).into()])
        .await?
        == 1)
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
        let renewed = renew(driver, &self.owner, self.lease).await;
        end(driver, renewed).await
    }
}

//! The run lock: a row rather than an advisory lock, because it works through a pooler, it says
//! who holds it, and nobody who waits for it holds a snapshot, which a concurrent index build
//! would wait for in turn.

use std::time::Duration;

use async_trait::async_trait;

use super::{Columns, SqlStore};
use crate::migrate::driver::{Driver, Failure, Row, Words};
use crate::migrate::error::millis;
use crate::migrate::outcome::RunLock;
use crate::migrate::store::{Locks, Taken, Trouble};

#[async_trait]
impl Locks for SqlStore {
    async fn take_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<Taken, Trouble> {
        let (now, later) = (self.words.now, Words::fill(self.words.later, "$3"));
        let actor = self.actor.as_str();
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
        match self.lock_holder(driver).await? {
            Some(holder) => Ok(Taken::Theirs(holder)),
            // It ran out between the two statements: the next look gets it.
            None => Err(Failure::Again("the run lock has just come free".to_owned()).into()),
        }
    }

    async fn renew_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure> {
        let later = Words::fill(self.words.later, "$2");
        let sql = format!("UPDATE colmig_lock SET expires_at = {later} WHERE owner = $1");
        let arguments = [owner.into(), millis(lease).into()];
        Ok(driver.execute(&sql, &arguments).await? == 1)
    }

    async fn hold_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure> {
        if driver.dialect().single_writer {
            // The heartbeat could not write while this transaction did, so the lease is
            // renewed on the way.
            return self.renew_lock(driver, owner, lease).await;
        }
        let sql = format!(
            "SELECT id FROM colmig_lock WHERE owner = $1{}",
            self.words.for_share
        );
        Ok(!driver.query(&sql, &[owner.into()]).await?.is_empty())
    }

    async fn release_lock(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure> {
        let sql = "DELETE FROM colmig_lock WHERE owner = $1";
        driver.execute(sql, &[owner.into()]).await.map(drop)
    }

    async fn lock_holder(&self, driver: &mut dyn Driver) -> Result<Option<RunLock>, Trouble> {
        let sql = format!(
            "SELECT actor, {}, -{} FROM colmig_lock",
            Words::fill(self.words.iso, "taken_at"),
            Words::fill(self.words.age, "expires_at"),
        );
        let rows = driver.query(&sql, &[]).await?;
        let holder = rows.into_iter().next().map(read_holder).transpose()?;
        Ok(holder.filter(|holder| holder.expires_in_ms > 0))
    }
}

fn read_holder(row: Row) -> Result<RunLock, Trouble> {
    let mut row = Columns::of(row);
    Ok(RunLock {
        by: row.text()?,
        since: row.text()?,
        expires_in_ms: row.number()?.max(0).unsigned_abs(),
    })
}

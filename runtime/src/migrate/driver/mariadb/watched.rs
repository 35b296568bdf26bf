//! Statements that need a table for themselves for an instant, and are broken off before anybody
//! who queues up behind them notices: the server's own time-out is told in seconds.

use std::time::Duration;

use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Executor, Row as _};
use tokio::time::sleep;

use super::{MariaDb, connect};
use crate::migrate::driver::{Failure, SessionId};

/// What the server says of a session that waits for a metadata lock.
const WAITING: &str = "Waiting for table metadata lock";

/// A statement is looked at so many times in the time that it may wait.
const LOOKS: u32 = 4;

/// The time between two looks, at least and at most: a build is looked at for as long as it takes.
const LOOK: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(5)..=Duration::from_millis(100);

impl MariaDb {
    /// Executes a statement, which waits for a metadata lock no longer than `patience`.
    pub(super) async fn execute_watched(
        &mut self,
        sql: &str,
        patience: Duration,
    ) -> Result<u64, Failure> {
        let mut watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => connect(&self.options).await?.0,
        };
        let (id, mut broken_off) = (self.id, false);
        let between = (patience / LOOKS).clamp(*LOOK.start(), *LOOK.end());
        let sent = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let mut statement = self.asking()?.execute(sent);
        let (mut pause, mut waited) = (between, Duration::ZERO);
        let done = loop {
            tokio::select! {
                biased;
                done = &mut statement => break done,
                () = sleep(pause) => {
                    if broken_off {
                        continue;
                    }
                    match waits(&mut watcher, id).await {
                        Ok(true) => {
                            waited += pause;
                            pause = between;
                        }
                        Ok(false) => {
                            waited = Duration::ZERO;
                            pause = (pause * 2).min(*LOOK.end());
                        }
                        // Without the watcher it ends by the server's time-out.
                        Err(_) => {
                            broken_off = true;
                            continue;
                        }
                    }
                    if waited >= patience {
                        broken_off = kill(&mut watcher, id).await.is_ok();
                    }
                }
            }
        };
        drop(statement);
        self.watcher = Some(watcher);
        let done = self.answered(done).map(|done| done.rows_affected());
        match done {
            Err(Failure::Cancelled(message)) if broken_off => Err(Failure::LockTimeout(message)),
            Ok(done) => {
                if broken_off {
                    // What came too late for the statement may meet the next one.
                    let _ = self.send("DO 0").await;
                }
                Ok(done)
            }
            failed => failed,
        }
    }
}

/// Whether a session waits for a metadata lock.
async fn waits(watcher: &mut MySqlConnection, id: SessionId) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = {}",
        id.0
    );
    let row = watcher
        .fetch_optional(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await?;
    let state: Option<String> = match row {
        Some(row) => row.try_get_unchecked(0)?,
        None => None,
    };
    Ok(state.as_deref() == Some(WAITING))
}

async fn kill(watcher: &mut MySqlConnection, id: SessionId) -> Result<(), sqlx::Error> {
    let sql = format!("KILL QUERY {}", id.0);
    watcher.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    Ok(())
}

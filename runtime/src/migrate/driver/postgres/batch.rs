//! A batch as one message: statements that the session has prepared, by the simple protocol.
//!
//! The extended protocol sends each statement on its own and waits for its answer. A batch of a
//! millisecond spends a third of its time so, and all the while its transaction is open.

use std::fmt::Write as _;

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Either, Executor};

use super::Postgres;
use super::load::{TRAFFIC, read_traffic};
use super::triggers::SKIP_TRIGGERS;
use crate::identity::token;
use crate::migrate::backfill::Traffic;
use crate::migrate::driver::{Driver as _, Failure, Value, Whole, WholeBatch};

/// What every batch sets for its transaction. Ranges of a key are read by its index, whatever
/// the statistics say in the middle of a backfill, and whatever the range: so a plan can be kept.
const SETTINGS: &str = "set_config('statement_timeout', '0', true), set_config('synchronous_commit', 'off', true), \
    set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)";

/// The results of the message, in their order: BEGIN, settings, fence, batch, COMMIT.
const BATCH: usize = 3;

/// The statements of a batch that a session has prepared.
#[derive(Debug)]
pub(super) struct Kept {
    /// Part of their names: behind a pooler others may prepare statements in this session.
    token: String,
    fence: String,
    sql: String,
}

impl Postgres {
    /// What every batch of this connection sets for its transaction.
    pub(super) fn settings(&self) -> String {
        match self.skips_triggers {
            true => format!("{SETTINGS}, {SKIP_TRIGGERS}"),
            false => SETTINGS.to_owned(),
        }
    }

    pub(super) async fn send_whole(
        &mut self,
        batch: &WholeBatch<'_>,
    ) -> Result<Option<Whole>, Failure> {
        if !self.keeps_statements {
            return Ok(None);
        }
        let Some(arguments) = literals(batch.arguments) else {
            return Ok(None);
        };
        let known = |kept: &Kept| kept.fence == batch.fence && kept.sql == batch.sql;
        if !self.kept.as_ref().is_some_and(known) && !self.keep(batch).await? {
            return Ok(None);
        }
        let Some(token) = self.kept.as_ref().map(|kept| kept.token.as_str()) else {
            return Ok(None);
        };
        let mut message = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; EXECUTE colmig_begin_{token}('{}'); EXECUTE colmig_fence_{token}; \
             EXECUTE colmig_batch_{token}({arguments}); COMMIT",
            batch.lock.as_millis()
        );
        if batch.looks {
            let _ = write!(message, "; EXECUTE colmig_look_{token}");
        }
        self.in_transaction = true;
        match self.results(message).await {
            Ok((changed, last)) => {
                self.in_transaction = false;
                let traffic = match last.filter(|_| batch.looks) {
                    Some(row) => read_traffic(&row)?,
                    None => None,
                };
                Ok(Some(Whole { changed, traffic }))
            }
            Err(error) => {
                self.rollback().await;
                match self.failed(error).await {
                    // Statement by statement it shows which of them it was.
                    Failure::Refused { .. } | Failure::Conflict { .. } => Ok(None),
                    failure => Err(failure),
                }
            }
        }
    }

    /// Who is at work, by the statement that this session has prepared for it, which spares the
    /// planner. None if there is none.
    pub(super) async fn look_kept(&mut self) -> Result<Option<Option<Traffic>>, Failure> {
        let Some(Kept { token, .. }) = &self.kept else {
            return Ok(None);
        };
        let message = format!("EXECUTE colmig_look_{token}");
        match self.results(message).await {
            Ok((_, Some(row))) => read_traffic(&row).map(Some),
            Ok((_, None)) => Ok(None),
            Err(error) => match self.failed(error).await {
                failure @ Failure::Lost(_) => Err(failure),
                _ => {
                    self.kept = None;
                    Ok(None)
                }
            },
        }
    }

    /// The rows that the batch has changed, and the last row of the message.
    async fn results(&mut self, message: String) -> Result<(u64, Option<PgRow>), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(message));
        let mut results = self.connection.fetch_many(sql);
        let (mut ended, mut changed, mut last) = (0, 0, None);
        while let Some(result) = results.try_next().await? {
            match result {
                Either::Left(done) => {
                    if ended == BATCH {
                        changed = done.rows_affected();
                    }
                    ended += 1;
                }
                Either::Right(row) => last = Some(row),
            }
        }
        Ok((changed, last))
    }

    /// Prepares the statements. Whether that could be done.
    async fn keep(&mut self, batch: &WholeBatch<'_>) -> Result<bool, Failure> {
        let mut message = String::new();
        if let Some(Kept { token, .. }) = self.kept.take() {
            for name in ["begin", "fence", "batch", "look"] {
                let _ = write!(message, "DEALLOCATE colmig_{name}_{token}; ");
            }
        }
        let token = token();
        // A fence that gives no row is an error here, which takes back what was to follow it.
        let _ = write!(
            message,
            "PREPARE colmig_begin_{token}(text) AS SELECT set_config('lock_timeout', $1, true), {}; \
             PREPARE colmig_fence_{token} AS SELECT 1 / count(*) FROM ({}) AS held; \
             PREPARE colmig_batch_{token} AS {}; \
             PREPARE colmig_look_{token} AS {TRAFFIC}",
            self.settings(),
            batch.fence,
            batch.sql
        );
        match self.send(message).await {
            Ok(_) => {
                self.kept = Some(Kept {
                    token,
                    fence: batch.fence.to_owned(),
                    sql: batch.sql.to_owned(),
                });
                Ok(true)
            }
            Err(failure @ Failure::Lost(_)) => Err(failure),
            // Where nothing can be prepared, batches go statement by statement.
            Err(_) => {
                self.keeps_statements = false;
                Ok(false)
            }
        }
    }
}

/// Arguments as they stand in a statement. None if there is one that cannot.
fn literals(arguments: &[Value]) -> Option<String> {
    let literal = |value: &Value| match value {
        Value::Int(number) => Some(number.to_string()),
        // With E a backslash means the same whatever `standard_conforming_strings` says.
        Value::Text(text) => Some(format!(
            "E'{}'",
            text.replace('\\', "\\\\").replace('\'', "''")
        )),
        Value::Null | Value::Real(_) | Value::Blob(_) | Value::Json(_) => None,
    };
    let literals: Option<Vec<String>> = arguments.iter().map(literal).collect();
    Some(literals?.join(", "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use colmig_harness::shared_postgres;

    use super::*;
    use crate::migrate::driver::Batches;

    const UPDATE: &str = "UPDATE note SET text = 'new' WHERE text IS NULL AND id >= CAST($1::text AS bigint) AND id < CAST($2::text AS bigint)";

    fn batch<'b>(fence: &'b str, arguments: &'b [Value]) -> WholeBatch<'b> {
        WholeBatch {
            lock: Duration::from_millis(50),
            fence,
            sql: UPDATE,
            arguments,
            looks: true,
        }
    }

    #[tokio::test]
    async fn a_batch_is_one_message_and_nothing_without_its_fence() {
        let server = shared_postgres().unwrap();
        let name = server.create_database("whole_batch").unwrap();
        let options = super::super::options(&server.url(&name)).unwrap();
        let mut driver = Postgres::open(options).await.unwrap();
        driver
            .send("CREATE TABLE note (id bigint PRIMARY KEY, text text); INSERT INTO note SELECT generate_series(1, 100)")
            .await
            .unwrap();
        let (ours, another) = ("SELECT 1", "SELECT 1 WHERE false");
        let keys = [Value::from("11"), Value::from("21")];
        let whole = driver.whole_batch(&batch(ours, &keys)).await.unwrap();
        assert!(whole.is_none(), "it is no worker's connection");

        driver
            .prepare_for_batches(&Batches::default())
            .await
            .unwrap();
        let whole = driver.whole_batch(&batch(ours, &keys)).await.unwrap();
        let whole = whole.unwrap();
        assert_eq!(whole.changed, 10);
        assert!(whole.traffic.is_some(), "others can be seen here");
        assert!(driver.traffic().await.unwrap().is_some());

        let more = [Value::from("21"), Value::from("31")];
        let whole = driver.whole_batch(&batch(another, &more)).await.unwrap();
        assert!(whole.is_none());
        let filled = "SELECT count(*) FROM note WHERE text IS NOT NULL";
        let rows = driver.query(filled, &[]).await.unwrap();
        assert_eq!(rows, [[Value::Int(10)]], "what was fenced off is undone");

        // As behind a pooler that gives each transaction another session.
        driver.whole_batch(&batch(ours, &more)).await.unwrap();
        driver.send("DEALLOCATE ALL").await.unwrap();
        let lost = driver.whole_batch(&batch(ours, &keys)).await;
        assert!(matches!(lost, Err(Failure::Again(_))), "{lost:?}");
        let whole = driver.whole_batch(&batch(ours, &keys)).await.unwrap();
        assert!(
            whole.is_none(),
            "it goes statement by statement from now on"
        );
        let rows = driver.query(filled, &[]).await.unwrap();
        assert_eq!(rows, [[Value::Int(20)]]);
        drop(driver);
        server.drop_database(&name).unwrap();
    }

    #[test]
    fn no_key_ends_its_literal() {
        let keys = [Value::from(r"a\'; DROP"), Value::Int(-7)];
        assert_eq!(literals(&keys).unwrap(), r"E'a\\''; DROP', -7");
        assert_eq!(literals(&[Value::Null]), None, "it compares as nothing");
    }
}

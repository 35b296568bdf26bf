//! A batch as one message: a round trip for each of its statements would take as long as the batch
//! does, with its transaction open.

use std::fmt::Write as _;

use colmig_schema::Sql;
use colmig_schema::render::positional;
use futures_util::TryStreamExt as _;
use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, Either, Executor};

use super::blockers::{TRAFFIC, read_traffic};
use super::{MariaDb, OURS, read_row};
use crate::migrate::driver::{Driver as _, Failure, Value, Whole, WholeBatch};

/// The statement of the batch, as this session has prepared it: nothing has to be parsed again.
const PREPARED: &str = "colmig_batch";

/// Ends the message, and what follows it, if the fence before it gave no row.
const FENCED: &str = "IF FOUND_ROWS() <> 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'colmig: fenced off'; END IF /* colmig_worker */";

/// The results of the message, in their order: waits, START TRANSACTION, fence, check, batch, COMMIT.
const BATCH: usize = 4;

impl MariaDb {
    pub(super) async fn send_whole(
        &mut self,
        batch: &WholeBatch<'_>,
    ) -> Result<Option<Whole>, Failure> {
        if !self.works {
            return Ok(None);
        }
        let sql = self.keeping(batch.sql).await?;
        let (sql, order) = positional(&sql);
        let arguments = order.into_iter().map(|at| batch.arguments.get(at));
        let arguments: Option<Vec<String>> = arguments.map(|value| literal(value?)).collect();
        let Some(arguments) = arguments else {
            return Ok(None);
        };
        let mut message = String::new();
        let is_prepared = self.prepared.as_ref() == Some(&sql);
        if !is_prepared {
            let text = Sql::MariaDb.literal(&format!("{sql}{OURS}"));
            let _ = write!(message, "PREPARE {PREPARED} FROM {text}; ");
            // Whatever comes of it, the one before is gone.
            self.prepared = None;
        }
        let _ = write!(
            message,
            "{}; START TRANSACTION{OURS}; {}; {FENCED}; EXECUTE {PREPARED} USING {}; COMMIT{OURS}",
            Self::waits(batch.lock),
            batch.fence,
            arguments.join(", ")
        );
        if batch.looks {
            let _ = write!(message, "; {TRAFFIC}");
        }
        self.in_transaction = true;
        match self
            .results(message, BATCH + usize::from(!is_prepared))
            .await
        {
            Ok((changed, last)) => {
                self.in_transaction = false;
                self.prepared = Some(sql);
                let traffic = match last.filter(|_| batch.looks) {
                    Some(row) => Some(read_traffic(read_row(&row)?)),
                    None => None,
                };
                Ok(Some(Whole { changed, traffic }))
            }
            Err(failure) => {
                self.rollback().await;
                match failure {
                    // Statement by statement it shows which of them it was.
                    Failure::Refused { .. } | Failure::Conflict { .. } => Ok(None),
                    failure => Err(failure),
                }
            }
        }
    }

    /// The rows that the batch has changed, and the last row of the message.
    async fn results(
        &mut self,
        message: String,
        batch: usize,
    ) -> Result<(u64, Option<MySqlRow>), Failure> {
        let sql = sqlx::raw_sql(AssertSqlSafe(message));
        let mut results = self.asking()?.fetch_many(sql);
        let (mut ended, mut changed, mut last) = (0, 0, None);
        let read = loop {
            match results.try_next().await {
                Ok(Some(Either::Left(done))) => {
                    if ended == batch {
                        changed = done.rows_affected();
                    }
                    ended += 1;
                }
                Ok(Some(Either::Right(row))) => last = Some(row),
                Ok(None) => break Ok((changed, last)),
                Err(error) => break Err(error),
            }
        };
        drop(results);
        self.answered(read)
    }
}

/// An argument as it stands in a statement. None if it cannot.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(Sql::MariaDb.literal(text)),
        Value::Null | Value::Real(_) | Value::Blob(_) | Value::Json(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use colmig_harness::shared_mariadb;

    use super::*;
    use crate::migrate::driver::Batches;

    const UPDATE: &str = "UPDATE `note` SET `text` = 'new' WHERE `text` IS NULL AND (`id` > $1 OR `id` = $1) AND `id` < $2";

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
        let server = shared_mariadb().unwrap();
        let name = server.create_database("whole_batch").unwrap();
        let options = super::super::options(&server.url(&name)).unwrap();
        let mut driver = MariaDb::open(options).await.unwrap();
        driver
            .send(
                "CREATE TABLE note (id varchar(40) PRIMARY KEY, text text); \
                 INSERT INTO note SELECT concat('it''s\\\\', 100 + seq), NULL FROM seq_1_to_100",
            )
            .await
            .unwrap();
        let (ours, another) = ("SELECT 1", "SELECT 1 FROM note WHERE false");
        let key = |number: i64| Value::from(format!(r"it's\{number}").as_str());
        let keys = [key(111), key(121)];
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

        let more = [key(121), key(131)];
        let whole = driver.whole_batch(&batch(another, &more)).await.unwrap();
        assert!(whole.is_none());
        let filled = "SELECT count(*) FROM note WHERE text IS NOT NULL";
        let rows = driver.query(filled, &[]).await.unwrap();
        assert_eq!(rows, [[Value::Int(10)]], "what was fenced off is undone");

        driver.reconnect().await.unwrap();
        let whole = driver.whole_batch(&batch(ours, &more)).await.unwrap();
        assert_eq!(whole.unwrap().changed, 10, "it is prepared anew");
        let whole = driver.whole_batch(&batch(ours, &more)).await.unwrap();
        assert_eq!(whole.unwrap().changed, 0, "all is filled");
        drop(driver);
        server.drop_database(&name).unwrap();
    }

    #[tokio::test]
    async fn who_works_for_colmig_is_no_traffic() {
        let server = shared_mariadb().unwrap();
        let name = server.create_database("whole_batch_seen").unwrap();
        let options = super::super::options(&server.url(&name)).unwrap();
        let mut worker = MariaDb::open(options.clone()).await.unwrap();
        let mut another = MariaDb::open(options).await.unwrap();
        worker
            .prepare_for_batches(&Batches::default())
            .await
            .unwrap();
        // Other tests are at work on the server as well.
        let of_this = "SELECT INFO LIKE '%colmig\\_%' FROM information_schema.PROCESSLIST \
                       WHERE INFO LIKE '%sleep(0.7)%' AND ID <> CONNECTION_ID()";
        for arguments in [&[][..], &[Value::Int(1)]] {
            let sleeps = match arguments {
                [] => "SELECT sleep(0.7)",
                _ => "SELECT sleep(0.7) FROM DUAL WHERE $1 = 1",
            };
            let (slept, seen) = tokio::join!(worker.query(sleeps, arguments), async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                another.query(of_this, &[]).await
            });
            slept.unwrap();
            assert_eq!(seen.unwrap(), [[Value::Int(1)]], "{sleeps}");
        }
        drop((worker, another));
        server.drop_database(&name).unwrap();
    }

    #[test]
    fn no_key_ends_its_literal() {
        assert_eq!(
            literal(&Value::from(r"a\'; DROP")).unwrap(),
            r"'a\\''; DROP'"
        );
        assert_eq!(literal(&Value::Int(-7)).unwrap(), "-7");
        assert_eq!(literal(&Value::Null), None, "it compares as nothing");
    }
}

//! An application that reads and writes one row all the time, and how long it waited at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::Result;

/// What the server's log calls its session.
pub(crate) const NAME: &str = "traffic";

/// How long it rests between two statements.
const REST: Duration = Duration::from_millis(2);

/// Goes on until it is told to end.
pub(crate) struct Traffic {
    is_over: Arc<AtomicBool>,
    going: JoinHandle<std::result::Result<Vec<Statement>, sqlx::Error>>,
}

/// A statement, in milliseconds by the time of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Traffic {
    /// Begins on a table, by its quoted name.
    pub(crate) async fn begin(url: &str, table: &str) -> Result<Traffic> {
        let separator = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{separator}application_name={NAME}");
        let connection = PgConnection::connect(&url).await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let going = tokio::spawn(go(connection, table.to_owned(), Arc::clone(&is_over)));
        Ok(Traffic { is_over, going })
    }

    /// Every statement that took longer than one usually does.
    pub(crate) async fn end(self) -> Result<Vec<Statement>> {
        self.is_over.store(true, Ordering::Relaxed);
        Ok(self.going.await??)
    }
}

async fn go(
    mut connection: PgConnection,
    table: String,
    is_over: Arc<AtomicBool>,
) -> std::result::Result<Vec<Statement>, sqlx::Error> {
    let reads = format!("SELECT first_name FROM {table} LIMIT 1");
    let writes = format!(
        "UPDATE {table} SET first_name = first_name WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)"
    );
    let mut statements = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        for sql in [&reads, &writes] {
            let (began, from) = (Instant::now(), crate::rollout::now());
            let done = sqlx::raw_sql(AssertSqlSafe(sql.clone()))
                .execute(&mut connection)
                .await;
            match done {
                Ok(_) => {}
                // In the end the table has another name, or is gone.
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
                    return Ok(statements);
                }
                Err(error) => return Err(error),
            }
            let took = began.elapsed();
            if took > REST {
                let to = from + took.as_secs_f64() * 1_000.0;
                statements.push(Statement { from, to });
            }
        }
        tokio::time::sleep(REST).await;
    }
    connection.close().await?;
    Ok(statements)
}

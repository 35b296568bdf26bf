//! An application that reads and writes one row all the time, and how long it waited at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use colmig_schema::Sql;

use crate::Result;
use crate::server::{Server, is_missing};

/// What the server's log calls its session.
pub(crate) const NAME: &str = "traffic";

/// How long it rests between two statements.
const REST: Duration = Duration::from_millis(2);

/// Goes on until it is told to end.
pub(crate) struct Traffic {
    /// The number by which the server knows its connection.
    pub(crate) id: i64,
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
        let mut server = Server::open(url, NAME).await?;
        let id = server.id().await?;
        let which = match server {
            Server::Postgres(_) => Sql::Postgres,
            Server::MariaDb(_) => Sql::MariaDb,
        };
        let statements = statements(which, table);
        let is_over = Arc::new(AtomicBool::new(false));
        let going = tokio::spawn(go(server, statements, Arc::clone(&is_over)));
        Ok(Traffic { id, is_over, going })
    }

    /// Every statement that took longer than one usually does.
    pub(crate) async fn end(self) -> Result<Vec<Statement>> {
        self.is_over.store(true, Ordering::Relaxed);
        Ok(self.going.await??)
    }
}

/// A read and a write of a row, whichever it is.
fn statements(database: Sql, table: &str) -> [String; 2] {
    let writes = match database {
        Sql::MariaDb => format!("UPDATE {table} SET first_name = first_name LIMIT 1"),
        _ => format!(
            "UPDATE {table} SET first_name = first_name WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)"
        ),
    };
    [format!("SELECT first_name FROM {table} LIMIT 1"), writes]
}

async fn go(
    mut server: Server,
    application: [String; 2],
    is_over: Arc<AtomicBool>,
) -> std::result::Result<Vec<Statement>, sqlx::Error> {
    let mut statements = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        for sql in &application {
            let (began, from) = (Instant::now(), crate::rollout::now());
            match server.execute(sql).await {
                Ok(()) => {}
                // In the end the table has another name, or is gone.
                Err(error) if is_missing(&error) => return Ok(statements),
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
    server.close().await?;
    Ok(statements)
}

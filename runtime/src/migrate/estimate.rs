//! What filling a table will take, for a plan. It creates nothing, and needs no more than to read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::driver::Connector;
use super::error::Error;

/// What is written to the log in a second where nothing is in the way: what a server with an
/// ordinary disk keeps up with. It stands for everything else that takes time.
const LOGGED_IN_A_SECOND: u64 = 50_000_000;

/// The estimate is meant to be no further off than this factor, either way, from what a backfill
/// logs on a table that its statistics describe.
///
/// ```
/// assert_eq!(colmig::migrate::LOG_WITHIN, 2.0);
/// ```
pub const LOG_WITHIN: f64 = 2.0;

/// What filling a column of a table will take, as far as the database knows without reading
/// the table whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The rows.
    pub rows: u64,
    /// The bytes of the table, without its indexes.
    pub table_bytes: Option<u64>,
    /// The bytes that the backfill will write to the write-ahead log (SQLite: or to the journal):
    /// what replicas receive and archives keep.
    pub log_bytes: Option<u64>,
    /// The seconds that it will go on if nobody else is at work, at 50 MB of log in a second. Once
    /// it goes on, its own rate is known: [`BackfillProgress`](super::Event::BackfillProgress).
    pub idle_seconds: Option<u64>,
}

/// What a driver says of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    pub(super) table_bytes: u64,
    pub(super) log_bytes: u64,
}

impl Estimate {
    fn of(rows: u64, weight: Option<Weight>) -> Self {
        Estimate {
            rows,
            table_bytes: weight.map(|weight| weight.table_bytes),
            log_bytes: weight.map(|weight| weight.log_bytes),
            idle_seconds: weight.map(|weight| weight.log_bytes.div_ceil(LOGGED_IN_A_SECOND)),
        }
    }
}

/// What filling a column of each of those tables will take that are there.
///
/// ```no_run
/// # async fn example() -> Result<(), colmig::migrate::Error> {
/// let estimates = colmig::migrate::estimate("postgres://localhost/app", ["users"]).await?;
/// if let Some(users) = estimates.get("users") {
///     println!("{} rows, {:?} bytes of log", users.rows, users.log_bytes);
/// }
/// # Ok(()) }
/// ```
///
/// # Errors
/// A URL that cannot be meant, no connection, or a connection that is lost.
pub async fn estimate(
    url: &str,
    tables: impl IntoIterator<Item = &str>,
) -> Result<BTreeMap<String, Estimate>, Error> {
    let connector = Connector::new(url)?;
    let database = connector.database();
    let connect = |message: &str| Error::Connect {
        database,
        message: message.to_owned(),
    };
    let mut driver = connector
        .open()
        .await
        .map_err(|failure| connect(failure.message()))?;
    let mut estimates = BTreeMap::new();
    for table in tables {
        // A table that is not there yet, or that this role may not read, has no estimate.
        if let Ok(Some(rows)) = driver.estimate(table).await {
            let weight = driver.weigh(table, rows).await.ok().flatten();
            estimates.insert(table.to_owned(), Estimate::of(rows, weight));
        }
    }
    Ok(estimates)
}

//! What colmig keeps in the database: how far each migration is, what each step did, who did it.
//!
//! Each part is a trait, and a [`Store`] is all of them: [`sql`] keeps them in tables, `mongodb` in
//! collections.
//! Every time is the database's.

mod audit;
mod brakes;
mod conversion;
mod instances;
mod layout;
mod lock;
#[cfg(feature = "mongodb")]
mod mongodb;
mod ranges;
mod records;
#[cfg(any(feature = "postgres", feature = "mariadb", feature = "sqlite"))]
mod sql;
mod switch;
mod tuning;

use std::fmt;
use std::sync::Arc;

use super::driver::{Driver, Failure};
pub(super) use audit::Audit;
pub(super) use brakes::Brakes;
pub(super) use conversion::{Conversion, Conversions, Job};
pub(super) use instances::Instances;
pub(super) use layout::Layout;
pub(super) use lock::{Locks, Taken};
pub(super) use ranges::{Headway, Range, Ranges, Sums};
pub(super) use records::{Published, Record, Records, StepRecord, StepState, Steps};
#[cfg(any(feature = "postgres", feature = "mariadb", feature = "sqlite"))]
pub(super) use sql::Columns;
pub(super) use switch::{Switch, Switches};
pub(super) use tuning::Tunings;

/// What goes wrong in a transaction.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The database said no, for now or for good.
    Database(Failure),
    /// The run lock is not ours any more.
    Fenced,
    /// A row is not what only the holder of the lock may have made of it.
    Damaged(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Database(failure)
    }
}

/// Reads and writes what colmig keeps, in the words of one database.
pub(super) trait Store:
    Audit
    + Brakes
    + Conversions
    + Instances
    + Layout
    + Locks
    + Ranges
    + Records
    + Steps
    + Switches
    + Tunings
    + fmt::Debug
    + Send
    + Sync
{
}

/// The store for what this driver speaks to, which writes in the name of `actor`.
pub(super) fn of(driver: &mut dyn Driver, actor: String) -> Result<Arc<dyn Store>, Failure> {
    #[cfg(feature = "mongodb")]
    if driver.documents().is_some() {
        return Ok(Arc::new(mongodb::MongoDbStore::new(actor)));
    }
    #[cfg(any(feature = "postgres", feature = "mariadb", feature = "sqlite"))]
    if let Some(words) = driver.dialect().words {
        return Ok(Arc::new(sql::SqlStore::new(words, actor)));
    }
    Err(Failure::refused(format!(
        "nothing of colmig's can be kept here, in the name of {actor}"
    )))
}

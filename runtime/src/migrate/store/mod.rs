//! What colmig keeps in the database: how far each migration is, what each step did, who did it.
//!
//! Each part is a trait, and a [`Store`] is all of them: [`sql`] keeps them in tables.
//! Every time is the database's.

mod audit;
mod brakes;
mod conversion;
mod instances;
mod layout;
mod lock;
mod ranges;
mod records;
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
pub(super) fn of(driver: &dyn Driver, actor: String) -> Arc<dyn Store> {
    Arc::new(sql::SqlStore::new(
        driver.dialect().words.expect("a database that speaks SQL"),
        actor,
    ))
}

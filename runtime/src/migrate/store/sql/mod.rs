//! colmig's own tables: how far each migration is, what each step did, who did it.
//!
//! | table | holds |
//! | --- | --- |
//! | `colmig_meta` | the version of this layout |
//! | `colmig_migration` | how far each migration is, and what it changes; the application's instances read it |
//! | `colmig_instance` | the application's instances, which write it: lease, build, what was acknowledged |
//! | `colmig_step` | what was begun and done |
//! | `colmig_range` | the ranges of a backfill under way: who works on each, and how far |
//! | `colmig_tuning` | settings that were changed for the time of a backfill |
//! | `colmig_brake` | what holds a backfill, as each process that has workers sees it |
//! | `colmig_baseline` | what was so when a backfill began: sizes, replicas |
//! | `colmig_audit` | who did what, and when |
//! | `colmig_lock` | the lease of the run that executes migrations |
//! | `colmig_switch` | from which side replaced columns are read; instances move it back to legacy |
//! | `colmig_mismatch` | comparisons of the two sides that found two values |
//! | `colmig_conversion` | what is to be converted by a rule in Rust, and how far that is |
//! | `colmig_conversion_chunk` | the ranges that instances are converting, each with a lease |
//! | `colmig_conversion_failure` | rows that a rule in Rust cannot convert |
//! | `colmig_conversion_worker` | who converts |
//! | `colmig_saved` | what was written to a column before an abort dropped it |
//!
//! They stand in the connection's default schema. Every time is the database's.

mod audit;
mod brakes;
mod conversion;
mod instances;
mod layout;
mod lock;
mod ranges;
mod records;
mod rows;
mod switch;
mod tuning;

use super::Store;
use crate::migrate::driver::{Value, Words};
use crate::migrate::error::Place;
pub(in crate::migrate) use rows::Columns;

/// Reads and writes the tables, in the words of one database.
#[derive(Clone, Debug)]
pub(super) struct SqlStore {
    words: &'static Words,
    actor: String,
}

impl SqlStore {
    pub(super) fn new(words: &'static Words, actor: String) -> Self {
        SqlStore { words, actor }
    }
}

impl Store for SqlStore {}

fn key(place: &Place) -> [Value; 3] {
    [
        place.migration.as_str().into(),
        place.phase.name().into(),
        place.step.as_str().into(),
    ]
}

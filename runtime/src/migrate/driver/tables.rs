//! What a database is asked of its tables, and what they keep from being done to them.

use async_trait::async_trait;
use colmig_schema::script::Backfill;

use super::{Failure, Row};
use crate::migrate::estimate::Weight;

/// One connection, as it is asked of tables.
#[async_trait]
pub(in crate::migrate) trait Tables: Send + Sync {
    /// The triggers that fire when a row is filled and are not colmig's own.
    async fn user_triggers(&mut self, backfill: &Backfill) -> Result<Triggers, Failure>;

    /// What keeps this role from seeing every row of a table, with the way out; none if nothing does.
    async fn hides_rows(&mut self, _table: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Some keys that divide a table into about as many parts, in their order; none where
    /// that is no gain.
    async fn divide(&mut self, _: &Backfill, _: u64) -> Result<Vec<Row>, Failure> {
        Ok(Vec::new())
    }

    /// Gathers what the planner knows of a table, if nobody ever has.
    async fn analyze_once(&mut self, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    /// What has to be executed in place of a statement about an index, where its table has
    /// partitions: as much of it as is still to be done. None where it has none.
    async fn by_partitions(&mut self, _statement: &str) -> Result<Option<Vec<Instead>>, Failure> {
        Ok(None)
    }

    /// What of a table keeps a statement from doing what it does to it; none if nothing does.
    async fn hindrance(&mut self, _statement: &str) -> Result<Option<Hindrance>, Failure> {
        Ok(None)
    }

    /// What of a table keeps a row from being held against what it was, by value; none if nothing does.
    async fn takes_for_one(&mut self, _table: &str) -> Result<Option<Hindrance>, Failure> {
        Ok(None)
    }

    /// What else stands still for as long as a statement takes, which reads or writes a whole table;
    /// none where it is executed beside all writes, or has nothing to do any more.
    async fn standstill(&mut self, _statement: &str) -> Result<Option<Standstill>, Failure> {
        Ok(None)
    }

    /// The action of a foreign key that writes one of the columns while no trigger fires for it, in
    /// words; none if there is none, or triggers fire for it.
    async fn untriggered(
        &mut self,
        _table: &str,
        _columns: &[String],
    ) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Whether a table has partitions.
    async fn has_partitions(&mut self, _table: &str) -> Result<bool, Failure> {
        Ok(false)
    }

    /// What there is under the name of the index that `drop`, a statement, drops.
    async fn index(&mut self, drop: &str) -> Result<IndexState, Failure>;

    /// What is gone of what a statement brought that takes effect by itself; none if nothing is,
    /// or nobody looks.
    async fn lost(&mut self, _statement: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// The rows of a table, as far as that is known without reading it whole.
    async fn estimate(&mut self, table: &str) -> Result<Option<u64>, Failure>;

    /// The bytes of a table, and what filling a column of its rows will write to the log; none
    /// where that is not known without reading it whole.
    async fn weigh(&mut self, _table: &str, _rows: u64) -> Result<Option<Weight>, Failure> {
        Ok(None)
    }
}

/// What there is under the name of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "SQLite builds an index in one transaction")
)]
pub(in crate::migrate) enum IndexState {
    Missing,
    /// Left behind by a build that failed, or being built right now.
    Invalid,
    /// That of a table with partitions, some of which have no such index yet.
    Partial,
    Valid,
}

/// One of the statements that stand in for another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "SQLite has no partitions")
)]
pub(in crate::migrate) enum Instead {
    /// No transaction may hold it, and nobody queues up behind it.
    Alone(String),
    /// It takes its lock for an instant.
    Short(String),
}

/// What of a table keeps a statement from being executed, with the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(feature = "postgres", feature = "mariadb", feature = "mongodb")),
    expect(dead_code, reason = "on SQLite nothing does")
)]
pub(in crate::migrate) enum Hindrance {
    /// The migration has to be another.
    OfMigration(String),
    /// The table can be made to take it.
    #[cfg_attr(
        all(
            feature = "postgres",
            not(any(feature = "mariadb", feature = "mongodb"))
        ),
        expect(
            dead_code,
            reason = "a table of PostgreSQL takes every statement of a plan"
        )
    )]
    OfTable(String),
}

/// What stands still for as long as a statement takes that reads or writes a whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::migrate) struct Standstill {
    /// The table.
    pub(in crate::migrate) table: String,
    /// How many rows it has, about.
    pub(in crate::migrate) rows: u64,
    /// Why, in the words of the database.
    pub(in crate::migrate) why: String,
    /// How the statement is executed so that nothing does: by hand, and where.
    pub(in crate::migrate) apart: String,
}

/// The triggers that fire when a row is filled and are not colmig's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Triggers {
    /// Their names, in order.
    pub(in crate::migrate) names: Vec<String>,
    /// Why this role cannot have a transaction skip them, with the way out; none if it can.
    pub(in crate::migrate) unskippable: Option<String>,
}

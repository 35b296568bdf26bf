//! The ranges of a backfill: which there are, who works on each, how far they are.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::Trouble;
use crate::migrate::backfill::Key;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::error::Place;

/// A range that a worker has claimed.
#[derive(Clone, Debug)]
pub(in crate::migrate) struct Range {
    /// What tells it from a range of another pass, where its number alone does not.
    #[cfg_attr(
        not(feature = "mongodb"),
        expect(dead_code, reason = "a table has the ranges of one pass at a time")
    )]
    pub(in crate::migrate) division: String,
    pub(in crate::migrate) ordinal: i64,
    /// Where it goes on; none at the beginning of the table.
    pub(in crate::migrate) next: Option<Key>,
    /// Where it ends; none at the end of the table.
    pub(in crate::migrate) upper: Option<Key>,
}

/// What all ranges of a backfill have come to in this pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Sums {
    /// How many there are.
    pub(in crate::migrate) ranges: u64,
    /// How many are not done.
    pub(in crate::migrate) left: u64,
    /// The rows that were covered.
    pub(in crate::migrate) covered: u64,
    /// The rows that were changed.
    pub(in crate::migrate) changed: u64,
}

/// What a worker has done in a range since it wrote that down last.
#[derive(Clone, Debug, Default)]
pub(in crate::migrate) struct Headway {
    /// Where the range goes on.
    pub(in crate::migrate) next: Option<Key>,
    pub(in crate::migrate) covered: u64,
    pub(in crate::migrate) changed: u64,
    /// Whether the range is done.
    pub(in crate::migrate) done: bool,
}

/// The ranges of backfills under way.
#[async_trait]
pub(in crate::migrate) trait Ranges {
    /// Writes down the ranges of a backfill, which begin at these keys, the first of them at
    /// the beginning of the table. In a transaction.
    async fn divide(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        bounds: &[Key],
    ) -> Result<(), Trouble>;

    /// What all ranges have come to.
    async fn ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<Sums, Trouble>;

    /// Claims a range that nobody works on, if there is one, and if the migration still runs
    /// by the files of this digest: whoever was out for long may find it aborted and begun
    /// anew with others. In a transaction.
    async fn claim(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        digest: &str,
        owner: &str,
        lease: Duration,
    ) -> Result<Option<Range>, Trouble>;

    /// The statement that gives a row if a range is still this worker's, which then stays so
    /// until the transaction ends. It has no parameters.
    fn fence_of_range(&self, place: &Place, range: &Range, owner: &str) -> String;

    /// Writes down what was done in a range, and renews its lease. Whether it is still this
    /// worker's.
    async fn advance_range(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        range: &Range,
        owner: &str,
        lease: Duration,
        headway: &Headway,
    ) -> Result<bool, Trouble>;

    /// Who is at work: the processes, by their names, and how many workers each has.
    async fn working(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<BTreeMap<String, u32>, Trouble>;

    /// Gives back the ranges of a worker that ends.
    async fn give_back(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure>;

    /// Begins another pass over the same ranges. In a transaction.
    async fn begin_pass(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure>;

    /// Drops the ranges of a backfill that is done or undone. In a transaction, of which
    /// it waits for the batches under way.
    async fn drop_ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure>;
}

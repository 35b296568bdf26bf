//! What instances of the application convert by a rule in Rust, as the executor sees it.

use async_trait::async_trait;
use colmig_schema::script::Convert;

use super::Trouble;
use crate::convert::State;
use crate::migrate::driver::{Driver, Failure, Row};
use crate::migrate::error::Place;

/// One column that is converted.
pub(in crate::migrate) struct Job<'a> {
    pub(in crate::migrate) place: &'a Place,
    pub(in crate::migrate) convert: &'a Convert,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub(in crate::migrate) struct Conversion {
    pub(in crate::migrate) state: State,
    pub(in crate::migrate) pass: u32,
    /// The rows that this pass has covered.
    pub(in crate::migrate) covered: u64,
    /// The rows that all passes have written.
    pub(in crate::migrate) filled: u64,
    /// The rows that this pass cannot convert.
    pub(in crate::migrate) failed: u64,
    /// How many convert.
    pub(in crate::migrate) workers: u64,
}

/// What instances of the application convert.
#[async_trait]
pub(in crate::migrate) trait Conversions {
    /// Lets instances convert: from the beginning, or anew where a pass has found rows that
    /// do not convert. One that is under way goes on.
    async fn open_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure>;

    /// How far a conversion is; none if it was never opened.
    async fn conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<Option<Conversion>, Trouble>;

    /// Some of the rows that do not convert: key, what legacy holds, and why.
    async fn conversion_failures(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
        limit: i64,
    ) -> Result<Vec<Row>, Trouble>;

    /// Takes down that nothing is left to be converted, and lets instances go home.
    async fn end_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure>;
}

//! How far the instances of the application are with a column that they fill or convert.

use serde::Serialize;

use super::convert::{in_words, mended};
use super::driver::Driver;
use super::error::Place;
use super::store::{Conversion, Job, Store, Trouble};
use crate::convert::State;
use colmig_schema::script::Convert;

/// As many rows that do not convert are named.
const NAMED: i64 = 20;

/// How far the instances of the application are with a column that they fill or convert.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ConversionStatus {
    /// The call by which an instance takes part.
    pub call: String,
    /// How many do so now. None does while it is held: they wait for `run` to go on.
    pub workers: u64,
    /// Whether a pass has ended with rows that do not convert.
    pub held: bool,
    /// The pass over the table, from 1.
    pub pass: u32,
    /// The rows that this pass has covered.
    pub covered: u64,
    /// The rows that all passes have written.
    pub filled: u64,
    /// The rows for which the function gave an error, or panicked, in this pass.
    pub failed: u64,
    /// Some of them, at most 20: the key, what the row holds, and why.
    pub failures: Vec<String>,
    /// What is to be done about them; none if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Looks at one column; none if no run has come to it, or it is done.
pub(super) async fn look(
    driver: &mut dyn Driver,
    store: &dyn Store,
    place: &Place,
    convert: &Convert,
) -> Result<Option<ConversionStatus>, Trouble> {
    let job = Job { place, convert };
    let Some(Conversion {
        state,
        pass,
        covered,
        filled,
        failed,
        workers,
    }) = store.conversion(driver, &job).await?
    else {
        return Ok(None);
    };
    if state == State::Done {
        return Ok(None);
    }
    let rows = store.conversion_failures(driver, &job, NAMED).await?;
    let read = convert.read.join(", ");
    let remedy = (failed > 0).then(|| {
        format!(
            "write {} that `{}` converts, or deploy a function that does; then `cargo colmig run` goes on",
            mended(convert),
            convert.up
        )
    });
    Ok(Some(ConversionStatus {
        call: super::convert::call(convert),
        workers,
        held: state == State::Held,
        pass,
        covered,
        filled,
        failed,
        failures: rows.iter().map(|row| in_words(&read, row)).collect(),
        remedy,
    }))
}

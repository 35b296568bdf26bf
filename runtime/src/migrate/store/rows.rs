//! From rows to what they mean, and back.

use colmig_schema::Progress;
use serde_json::json;

use super::{Record, StepRecord, StepState, Trouble};
use crate::migrate::driver::{Row, Value};

/// A progress as its two columns, in the words that serde has for it.
pub(super) fn words(progress: Progress) -> Result<(String, Option<String>), Trouble> {
    let value =
        serde_json::to_value(progress).map_err(|error| Trouble::Damaged(error.to_string()))?;
    let word = |name: &str| {
        value
            .get(name)
            .and_then(|word| word.as_str())
            .map(str::to_owned)
    };
    let state =
        word("state").ok_or_else(|| Trouble::Damaged(format!("`{progress}` has no name")))?;
    Ok((state, word("phase")))
}

pub(super) fn read_record(row: Row) -> Result<Record, Trouble> {
    let mut row = Columns::of(row);
    let id = row.text()?;
    let (state, phase) = (row.text()?, row.optional());
    let progress = serde_json::from_value(match &phase {
        Some(phase) => json!({ "state": state, "phase": phase }),
        None => json!({ "state": state }),
    });
    Ok(Record {
        progress: progress
            .map_err(|error| Trouble::Damaged(format!("the progress of {id}: {error}")))?,
        id,
        digest: row.text()?,
        began: row.text()?,
        changed: row.text()?,
        generation: row.number()?,
    })
}

pub(super) fn read_step(row: Row) -> Result<StepRecord, Trouble> {
    let mut row = Columns::of(row);
    let phase = row.text()?;
    Ok(StepRecord {
        phase: phase
            .parse()
            .map_err(|_| Trouble::Damaged(format!("`{phase}` in colmig_step is no phase")))?,
        step: row.text()?,
        state: match row.text()?.as_str() {
            "intent" => StepState::Intent,
            "done" => StepState::Done,
            other => {
                return Err(Trouble::Damaged(format!(
                    "`{other}` in colmig_step is no state"
                )));
            }
        },
        cursor: row.optional(),
        rows: row.number()?.max(0).unsigned_abs(),
        attempts: row.number()?.max(0).unsigned_abs(),
        updated: row.text()?,
    })
}

/// The columns of a row, taken one after the other.
pub(in crate::migrate) struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    pub(in crate::migrate) fn of(row: Row) -> Self {
        Columns(row.into_iter())
    }

    pub(in crate::migrate) fn text(&mut self) -> Result<String, Trouble> {
        self.optional()
            .ok_or_else(|| Trouble::Damaged("a text is missing in colmig's tables".to_owned()))
    }

    pub(in crate::migrate) fn optional(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(in crate::migrate) fn number(&mut self) -> Result<i64, Trouble> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(Trouble::Damaged(
                "a number is missing in colmig's tables".to_owned(),
            )),
        }
    }
}

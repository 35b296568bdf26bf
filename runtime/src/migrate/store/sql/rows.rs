//! From rows to what they mean, and back.

use crate::migrate::driver::{Row, Value};
use crate::migrate::store::records::progress_of;
use crate::migrate::store::{Record, StepRecord, StepState, Trouble};

pub(super) fn read_record(row: Row) -> Result<Record, Trouble> {
    let mut row = Columns::of(row);
    let id = row.text()?;
    let (state, phase) = (row.text()?, row.optional());
    Ok(Record {
        progress: progress_of(&id, &state, phase.as_deref())?,
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

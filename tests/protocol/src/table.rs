//! What one statement does to a row.
//!
//! The trigger is modelled by hand: what is executed is SQL text, by
//! `colmig_schema::render::postgres::mirror`, and the conformance suite holds that against a
//! real server. So is the condition of accessors (`colmig_schema::access::write`).

use colmig_schema::Sides;

use crate::rules::{Rule, Rules};
use crate::state::{Build, Db, Row, Stand, Value};

/// Why a statement writes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A column is missing, or must not be NULL. The application sees an error.
    Schema,
    /// Legacy cannot hold the value, and the accessor says so by type.
    Value,
}

impl Rules {
    /// The row after a build has written `value` to it by a view, with the trigger. The
    /// statement is an insert if there is no such row.
    pub(crate) fn write(
        &self,
        db: &Db,
        row: usize,
        build: Build,
        stand: Stand,
        value: Value,
    ) -> Result<Row, Refused> {
        let sides = self.sides(build, stand, row);
        self.may_write(build, sides, value)?;
        if !has_columns(db, sides) {
            return Err(Refused::Schema);
        }
        let old = db.rows[row];
        let mut new = old;
        if sides.writes_legacy {
            new.legacy = Some(value.down());
        }
        if sides.writes_target {
            new.target = Some(value);
        }
        if db.trigger {
            mirror(&old, &mut new);
        }
        if db.required && new.target.is_none() {
            return Err(Refused::Schema);
        }
        Ok(new)
    }

    fn may_write(&self, build: Build, sides: Sides, value: Value) -> Result<(), Refused> {
        let checks = match build {
            // A build from before has no word for the value.
            Build::Before => true,
            Build::During => sides.writes_legacy && self.has(Rule::Reversibility),
            Build::After => false,
        };
        match checks && !value.is_reversible() {
            true => Err(Refused::Value),
            false => Ok(()),
        }
    }

    /// Whether the statements of a build, by a view, meet columns that are there, and no
    /// NULL where none may be, in whichever row.
    pub(crate) fn fits_schema(&self, db: &Db, build: Build, stand: Stand) -> bool {
        let fits = |row| {
            let sides = self.sides(build, stand, row);
            let left_out = db.required && !sides.writes_target && !db.trigger;
            has_columns(db, sides) && !left_out
        };
        (0..db.rows.len()).all(fits)
    }

    /// What a build reads of a row by a view; none if there is no such value.
    pub(crate) fn read(&self, db: &Db, row: usize, build: Build, stand: Stand) -> Option<Value> {
        match self.sides(build, stand, row).reads {
            colmig_schema::Side::Legacy => db.rows[row].legacy.map(Value::up),
            colmig_schema::Side::Target => db.rows[row].target,
        }
    }

    /// Whether a row is left to be filled.
    pub(crate) fn is_left(&self, row: &Row) -> bool {
        match self.has(Rule::StaleRows) {
            true => is_stale(row),
            false => !row.truth.is_empty() && row.target.is_none(),
        }
    }
}

/// Whether the target of a row is not what the rule gives.
pub(crate) fn is_stale(row: &Row) -> bool {
    row.target != row.legacy.map(Value::up)
}

fn has_columns(db: &Db, sides: Sides) -> bool {
    use colmig_schema::Side;
    let legacy = sides.writes_legacy || sides.reads == Side::Legacy;
    let target = sides.writes_target || sides.reads == Side::Target;
    (db.legacy || !legacy) && (db.target || !target)
}

/// Writes the side that the statement has not written.
fn mirror(old: &Row, new: &mut Row) {
    if old.truth.is_empty() {
        if new.target.is_none() {
            new.target = new.legacy.map(Value::up);
        } else if new.legacy.is_none() && is_stale(new) {
            new.legacy = new.target.map(Value::down);
        }
        return;
    }
    let same_target = new.target == old.target;
    let same_legacy = new.legacy == old.legacy;
    if same_target && !same_legacy {
        new.target = new.legacy.map(Value::up);
    } else if same_legacy && !same_target && is_stale(new) {
        new.legacy = new.target.map(Value::down);
    }
}

//! Every kind of change on every kind of table: what is expected, and a walk that sees it.

mod book;
mod changes;
mod columns;
mod expected;
mod in_rust;
mod kinds;
mod live;
mod plans;
mod walk;

use std::fmt;

use colmig::Phase;
use colmig_schema::Sql;

pub use book::{ELSEWHERE, book};
pub use changes::{CHANGES, Changing, Models};
pub use in_rust::Calling;
pub use kinds::{Kind, Made, Statements, kinds};
pub use walk::{Place, Walk};

/// One change on one kind of table of one database.
#[derive(Debug)]
pub struct Cell {
    /// The change.
    pub change: &'static Changing,
    /// The table.
    pub kind: &'static Kind,
    /// The database.
    pub database: Sql,
    /// What becomes of it.
    pub expected: Expected,
}

/// What becomes of a change.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// It is rolled out.
    Works,
    /// It waits in a phase, and says why; it goes on when that is mended.
    Held {
        /// The phase that it does not enter, or does not leave.
        phase: Phase,
        /// Part of what it says.
        says: &'static str,
        /// SQL by which the owner of the table mends it.
        mend: &'static str,
        /// The version of the server from which on it is simply rolled out.
        until: Option<u32>,
    },
    /// No migration is written. Part of the reason.
    Refused(&'static str),
}

/// The databases that have been walked.
const DATABASES: [Sql; 3] = Sql::ALL;

/// Every cell of the tables that can be made, in the order of the docs.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for database in DATABASES {
        for change in &CHANGES {
            for kind in kinds() {
                if matches!(kind.made(database), Made::By(_))
                    && let Some(expected) = expected::of(change.name, kind.name, database)
                {
                    cells.push(Cell {
                        change,
                        kind,
                        database,
                        expected,
                    });
                }
            }
        }
    }
    cells
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell {
            change,
            kind,
            database,
            ..
        } = self;
        write!(f, "{database}::{}::{}", change.name, kind.name)
    }
}

/// What went another way than is expected.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn failed<E: fmt::Display>(what: &str) -> impl FnOnce(E) -> Failed {
    let what = what.to_owned();
    move |error| Failed(format!("{what}: {error}"))
}

//! The rules of the fleet: the live instances of an application, and what they wait for.
//!
//! An instance holds a *lease* in the database and relies on what it knows of the phases
//! only while the lease is valid. Whoever publishes a phase makes a new *epoch*, and does
//! nothing else before every live lease has *acknowledged* it: an instance does so once
//! no access that chose its statement by an older view is under way.
//!
//! Functions of plain numbers and nothing else, so that the runtime decides by them, and
//! the model of the protocol that is checked exhaustively decides by the same. A time is
//! in milliseconds, by whichever clock the caller compares it with: a lease ends by the
//! database's clock, and is relied on by the instance's own.

mod fit;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Phase;

pub use fit::{Misfit, Rollout, fit, fit_altered};

/// For how long it may be relied on that a database has no tables of colmig's, and so no
/// leases. It is part of the protocol between the executor and the instances, and so the
/// same in every build.
pub const MAX_AGE: u64 = 2_000;

/// For how long an answer may be relied on by an access that holds no lease and has
/// asked for itself alone. The executor waits for longer after each stage.
pub const GRACE: u64 = 250;

/// Counts what was published on one database. It never goes back.
pub type Epoch = i64;

/// The epoch of a database. Each publication raises one migration's generation by one,
/// and no migration is ever forgotten, so the sum rises by one each time.
pub fn epoch(generations: impl IntoIterator<Item = i64>) -> Epoch {
    generations.into_iter().sum()
}

/// Whether a lease has not run out, by the database's clock.
pub const fn is_live(expires_at: i64, now: i64) -> bool {
    expires_at > now
}

/// Whether an instance that acknowledged up to some epoch is past this one.
pub const fn has_acknowledged(acknowledged: Epoch, epoch: Epoch) -> bool {
    acknowledged >= epoch
}

/// Until when an instance may rely on its lease, by its own clock. `asked` is when the
/// renewal was sent, not when it was answered: the database's lease begins later than
/// that. A tenth is kept in reserve for two clocks of different speed.
pub const fn relied_on_until(asked: u64, lease: u64) -> u64 {
    asked.saturating_add(lease - lease / 10)
}

/// Until when it may be relied on that there are no tables, and so no lease to hold.
pub const fn absence_relied_on_until(asked: u64) -> u64 {
    asked.saturating_add(MAX_AGE)
}

/// Whether what is known may still be relied on.
#[inline]
pub const fn may_rely(until: u64, now: u64) -> bool {
    now < until
}

/// Whether a lease that could be relied on until `until` went on without a gap, given
/// when the answer to its renewal arrived. After a gap others may have gone on without
/// this instance: the view is to be read anew before anything relies on it.
#[inline]
pub const fn is_continuous(until: u64, answered: u64) -> bool {
    answered < until
}

/// Whether a write may be reported as accepted: the lease under which it was begun held
/// until it was answered. A `term` counts the gaps between leases.
#[inline]
pub const fn is_accepted(begun_in_term: u64, term: u64, until: u64, answered: u64) -> bool {
    begun_in_term == term && may_rely(until, answered)
}

/// The same for an access without a lease, which asked for the phases for itself alone.
#[inline]
pub const fn is_accepted_alone(asked: u64, answered: u64) -> bool {
    answered.saturating_sub(asked) < GRACE
}

/// What an instance knows of the phases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What was published.
    pub epoch: Epoch,
    /// When the question was put.
    pub asked: u64,
    /// When it was answered.
    pub answered: u64,
}

/// Whether an answer takes the place of what is known. One of an older epoch was
/// overtaken on its way; unless its question was put after the other had been answered,
/// when the database itself has gone back, as when a backup was restored.
pub const fn supersedes(known: Answer, answer: Answer) -> bool {
    answer.epoch >= known.epoch || answer.asked > known.answered
}

/// Whether the current view may be acknowledged, given how many accesses are under way
/// by view: none may have chosen its statement by another one.
pub fn may_acknowledge(under_way: &[u64], current: usize) -> bool {
    let mut under_way = under_way.iter().enumerate();
    under_way.all(|(view, accesses)| view == current || *accesses == 0)
}

/// What a build understands of one table: its columns, and by which migration a column
/// that it takes for being on its way is brought. The name of that is [`PARTLY`] where one of
/// its models of the table uses the column, and another does not know it.
pub type Columns = BTreeMap<String, Option<String>>;

/// No migration is called so.
pub const PARTLY: &str = "";

/// Under this name stands, among what a build understands of a table, the migration that it
/// takes to be renaming the table itself. No column is called so.
pub const TABLE: &str = "";

/// Under this name stands, among what a build understands of a table, the last migration by which
/// checks or foreign keys came to the table or went. A control character keeps it apart from columns.
pub const CONSTRAINED: &str = "\u{1}constrained";

/// Under this name stands, among what a build understands of a collection, that it knows a version of
/// the model above the first. No field has a blank in its name that holds a version.
pub fn version(field: &str, number: u32) -> String {
    format!("{field} {number}")
}

/// What a build understands of a table of which it has two models.
pub fn merged(one: &Columns, other: &Columns) -> Columns {
    let names = one.keys().chain(other.keys());
    names
        .map(|name| {
            let by = match (one.get(name), other.get(name)) {
                (Some(by), Some(same)) if by == same => by.clone(),
                // One of the two takes it for there for good, and uses it as such.
                (Some(_), Some(_)) if knows(one, name) && knows(other, name) => None,
                _ => Some(PARTLY.to_owned()),
            };
            (name.clone(), by)
        })
        .collect()
}

/// What a migration changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The column; none if it is the table itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The columns whose place that one takes, alone or with others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// The columns that go, each with the migration that drops it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drops: BTreeMap<String, String>,
    /// The columns in which NULL is to have another meaning, each with the migration that
    /// gives it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alters: BTreeMap<String, String>,
    /// The migration by which rows of the table have to satisfy something else than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constrains: Option<String>,
    /// The migration that drops the table itself, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// The name that the table gets, where one renames it: under its own it is gone then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<String>,
    /// Whether nothing in the database serves the writers that do not know the change.
    #[serde(default, skip_serializing_if = "is_false")]
    pub uncovered: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// One running process of the application, as its row in the database says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// A name that no other instance has.
    pub id: String,
    /// What the application calls its build.
    pub build: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: i64,
    /// When its lease ends.
    pub expires_at: i64,
    /// The newest epoch that it has acknowledged.
    pub acknowledged: Epoch,
    /// What it has told that it understands, by table.
    pub understands: BTreeMap<String, Columns>,
}

/// An instance that holds a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The instance.
    pub instance: Instance,
    /// Why it does.
    pub reason: Reason,
}

/// Why an instance holds a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// It has not acknowledged what was published.
    Behind {
        /// What it has acknowledged.
        acknowledged: Epoch,
        /// What was published.
        epoch: Epoch,
    },
    /// Its build does not know a column.
    Unaware {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Its build reads and writes a column that goes.
    Uses {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Its build takes a column for what it was.
    Outdated {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Its build does not know which checks and foreign keys come to a table, or go.
    Unconstrained {
        /// The table.
        table: String,
    },
    /// Its build uses a table that goes.
    UsesTable {
        /// The table.
        table: String,
    },
    /// It has not told what its build knows of a table, which counts as nothing.
    Silent {
        /// The table.
        table: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Behind {
                acknowledged,
                epoch,
            } => write!(f, "has acknowledged {acknowledged} of {epoch}"),
            Reason::Unaware { table, column } => {
                write!(f, "does not know `{column}` of `{table}`")
            }
            Reason::UsesTable { table } => write!(f, "still uses `{table}`"),
            Reason::Outdated { table, column } => {
                write!(f, "knows `{column}` of `{table}` as it was")
            }
            Reason::Unconstrained { table } => {
                write!(
                    f,
                    "does not know which checks or foreign keys of `{table}` come or go"
                )
            }
            Reason::Uses { table, column } => write!(f, "still uses `{column}` of `{table}`"),
            Reason::Silent { table } => {
                write!(f, "has not told what it knows of `{table}`")
            }
        }
    }
}

/// Who keeps the executor from going on after it has published an epoch: every live
/// lease that has not acknowledged it.
pub fn behind(instances: &[Instance], epoch: Epoch, now: i64) -> Vec<Holder> {
    held(instances, now, |instance| {
        (!has_acknowledged(instance.acknowledged, epoch)).then_some(Reason::Behind {
            acknowledged: instance.acknowledged,
            epoch,
        })
    })
}

/// Who holds the gate before a phase, given what the migration changes.
///
/// Before `backfill` every live instance has to write what the change asks for, unless
/// the writers that do not are `covered` by a trigger or a default. Before `contract`
/// there is no cover: it is what contract removes.
pub fn gate(
    phase: Phase,
    covered: bool,
    instances: &[Instance],
    changes: &[Change],
    now: i64,
) -> Vec<Holder> {
    match phase {
        Phase::Backfill if covered => Vec::new(),
        Phase::Backfill | Phase::Contract => held(instances, now, |instance| {
            changes
                .iter()
                .find_map(|change| unaware(&instance.understands, change))
        }),
        _ => Vec::new(),
    }
}

fn held(
    instances: &[Instance],
    now: i64,
    reason: impl Fn(&Instance) -> Option<Reason>,
) -> Vec<Holder> {
    let live = instances
        .iter()
        .filter(|instance| is_live(instance.expires_at, now));
    let holder = |instance: &Instance| {
        reason(instance).map(|reason| Holder {
            instance: instance.clone(),
            reason,
        })
    };
    live.filter_map(holder).collect()
}

/// Why an instance does not know a change; none if it does. Of a table that is new as a
/// whole there is nothing that an older build would do wrong.
fn unaware(understands: &BTreeMap<String, Columns>, change: &Change) -> Option<Reason> {
    if change.gone.is_some() {
        // Who has not told of it cannot be told from who does not know it any more.
        let uses = understands.contains_key(&change.table);
        return uses.then(|| Reason::UsesTable {
            table: change.table.clone(),
        });
    }
    if !change.drops.is_empty() {
        return using(understands, change);
    }
    if !change.alters.is_empty() {
        return outdated(understands, change);
    }
    if let Some(migration) = &change.constrains {
        return unconstrained(understands, &change.table, migration);
    }
    let column = change.column.as_ref()?;
    match understands.get(&change.table) {
        None => Some(Reason::Silent {
            table: change.table.clone(),
        }),
        Some(columns) => (!knows(columns, column)).then(|| Reason::Unaware {
            table: change.table.clone(),
            column: column.clone(),
        }),
    }
}

/// Whether every model of a table knows a column.
fn knows(columns: &Columns, column: &str) -> bool {
    let known = columns.get(column);
    known.is_some_and(|by| by.as_deref() != Some(PARTLY))
}

/// Why an instance does not know what becomes of NULL in columns; none if it does.
fn outdated(understands: &BTreeMap<String, Columns>, change: &Change) -> Option<Reason> {
    let table = change.table.clone();
    let Some(columns) = understands.get(&table) else {
        return Some(Reason::Silent { table });
    };
    let mut alters = change.alters.iter();
    let (column, _) = alters.find(|(column, migration)| {
        let known = columns.get(*column);
        known.is_some_and(|by| !is_of(by.as_deref(), migration))
    })?;
    Some(Reason::Outdated {
        table,
        column: column.clone(),
    })
}

/// Why an instance does not know what rows of a table have to satisfy; none if it does.
fn unconstrained(
    understands: &BTreeMap<String, Columns>,
    table: &str,
    migration: &str,
) -> Option<Reason> {
    let table = table.to_owned();
    match understands.get(&table) {
        None => Some(Reason::Silent { table }),
        Some(columns) => {
            (!knows_constraints(columns, migration)).then_some(Reason::Unconstrained { table })
        }
    }
}

/// Whether every model of a table is of that migration, or a later one, that constrains it.
fn knows_constraints(columns: &Columns, migration: &str) -> bool {
    let by = columns.get(CONSTRAINED);
    by.is_some_and(|by| is_of(by.as_deref(), migration))
}

/// Whether a build that knows a column by `by` is of that migration or a later one. Names of
/// migrations begin with a time.
fn is_of(by: Option<&str>, migration: &str) -> bool {
    by.is_some_and(|by| by >= migration)
}

/// Why an instance does not know that columns go; none if it does.
fn using(understands: &BTreeMap<String, Columns>, change: &Change) -> Option<Reason> {
    let table = change.table.clone();
    let Some(columns) = understands.get(&table) else {
        return Some(Reason::Silent { table });
    };
    let used = change.drops.iter().find(|(column, migration)| {
        let known = columns.get(*column);
        known.is_some_and(|by| by.as_ref() != Some(migration))
    });
    used.map(|(column, _)| Reason::Uses {
        table,
        column: column.clone(),
    })
}

#[cfg(test)]
mod tests;

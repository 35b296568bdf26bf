//! Whether a build can work with the database as it is.

use std::collections::BTreeMap;

use super::{Change, Columns, TABLE, is_of, knows_constraints};
use crate::{Phase, Progress};

/// A migration as the database has it: how far it is, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The migration.
    pub migration: String,
    /// How far it is.
    pub progress: Progress,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// A build that cannot work with the database as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It does not know a column, and what served such builds is gone or going.
    TooOld {
        /// The column.
        column: String,
        /// The migration that brought it.
        migration: String,
    },
    /// It takes a column for what it was, and what served such builds is gone or going.
    Outdated {
        /// The column.
        column: String,
        /// The migration that altered it.
        migration: String,
    },
    /// It does not know which checks and foreign keys came to the table, or went.
    Unconstrained {
        /// The migration.
        migration: String,
    },
    /// It takes a column for there that has not arrived.
    TooNew {
        /// The column.
        column: String,
        /// The migration that brings it.
        migration: String,
    },
    /// It takes a table for renamed that is not yet.
    TableTooNew {
        /// The migration that renames it.
        migration: String,
    },
    /// It uses a table that is gone or going.
    TableGone {
        /// The migration that drops it.
        migration: String,
    },
    /// It uses a column that is gone or going.
    Gone {
        /// The column.
        column: String,
        /// The migration that drops it.
        migration: String,
    },
}

/// Whether a build that understands these columns of a table can work with the database.
pub fn fit(table: &str, columns: &Columns, rollouts: &[Rollout]) -> Result<(), Misfit> {
    table_is_there(table, rollouts)?;
    table_has_its_name(table, columns, rollouts)?;
    altered(table, columns, rollouts)?;
    constrained(table, columns, rollouts)?;
    let brought = rollouts.iter().flat_map(|rollout| {
        let changes = rollout
            .changes
            .iter()
            .filter(|change| change.table == table && change.alters.is_empty());
        changes.filter_map(move |change| Some((change.column.as_ref()?, (change, rollout))))
    });
    // A column that an aborted migration did not bring may be brought by the next one.
    let mut newest: BTreeMap<&str, (&Change, &Rollout)> = BTreeMap::new();
    for (column, (change, rollout)) in brought {
        let of = newest.entry(column).or_insert((change, rollout));
        if rank(rollout.progress) >= rank(of.1.progress) {
            *of = (change, rollout);
        }
    }
    let changes = rollouts.iter().flat_map(|rollout| &rollout.changes);
    for (column, drop) in dropped(table, rollouts) {
        let came_again = |(_, rollout): &(&Change, &Rollout)| *rollout.migration > *drop;
        if newest.get(column).is_some_and(came_again) {
            continue;
        }
        match columns.get(column) {
            // Whoever does not know it any more is right.
            None => _ = newest.remove(column),
            Some(by) if by.as_deref() == Some(drop) => {}
            Some(_) => {
                return Err(Misfit::Gone {
                    column: column.to_owned(),
                    migration: drop.to_owned(),
                });
            }
        }
    }
    for (column, (change, rollout)) in newest {
        // Whoever does not know it because others took its place knows those.
        let replaced = |change: &Change| {
            change.table == table && change.replaces.iter().any(|legacy| legacy == column)
        };
        if changes.clone().any(replaced) {
            continue;
        }
        let misfit = |make: fn(String, String) -> Misfit| {
            Err(make(column.to_owned(), rollout.migration.clone()))
        };
        match columns.get(column) {
            None if is_ending(rollout.progress) || is_alone(rollout, table) => {
                return misfit(|column, migration| Misfit::TooOld { column, migration });
            }
            Some(None) if !has_come(change, rollout.progress) => {
                return misfit(|column, migration| Misfit::TooNew { column, migration });
            }
            _ => {}
        }
    }
    Ok(())
}

/// The columns of a table in which migrations change the meaning of NULL.
fn alterations<'r>(
    table: &str,
    rollouts: &'r [Rollout],
) -> impl Iterator<Item = (&'r Rollout, &'r String)> {
    rollouts.iter().flat_map(move |rollout| {
        let changes = rollout
            .changes
            .iter()
            .filter(move |change| change.table == table);
        changes.flat_map(move |change| change.alters.keys().map(move |column| (rollout, column)))
    })
}

/// Whether a build takes no column for what it was before contract.
fn altered(table: &str, columns: &Columns, rollouts: &[Rollout]) -> Result<(), Misfit> {
    for (rollout, column) in alterations(table, rollouts) {
        let outdated = |by: &Option<String>| !is_of(by.as_deref(), &rollout.migration);
        if is_ending(rollout.progress) && columns.get(column).is_some_and(outdated) {
            return Err(Misfit::Outdated {
                column: column.clone(),
                migration: rollout.migration.clone(),
            });
        }
    }
    Ok(())
}

/// Whether a build knows what rows of the table have to satisfy.
fn constrained(table: &str, columns: &Columns, rollouts: &[Rollout]) -> Result<(), Misfit> {
    let constrains = |rollout: &&Rollout| {
        let mut changes = rollout.changes.iter();
        changes.any(|change| change.table == table && change.constrains.is_some())
    };
    let ending = rollouts
        .iter()
        .filter(|rollout| is_ending(rollout.progress));
    let mut unknown = ending
        .filter(constrains)
        .filter(|rollout| !knows_constraints(columns, &rollout.migration));
    match unknown.next() {
        Some(rollout) => Err(Misfit::Unconstrained {
            migration: rollout.migration.clone(),
        }),
        None => Ok(()),
    }
}

/// Whether the columns that a build takes for altered for good, each with the migration that did
/// it, are so in the database.
pub fn fit_altered(table: &str, altered: &Columns, rollouts: &[Rollout]) -> Result<(), Misfit> {
    for (rollout, column) in alterations(table, rollouts) {
        let by = altered.get(column).and_then(Option::as_deref);
        if by == Some(&rollout.migration) && rollout.progress != Progress::Finished {
            return Err(Misfit::TooNew {
                column: column.clone(),
                migration: rollout.migration.clone(),
            });
        }
    }
    Ok(())
}

/// Whether the table is not gone or going. Names of migrations begin with a time, so the last one
/// says how it is.
fn table_is_there(table: &str, rollouts: &[Rollout]) -> Result<(), Misfit> {
    let of_table = |change: &&Change| {
        change.table == table
            && change.column.is_none()
            && change.drops.is_empty()
            && change.alters.is_empty()
            && change.constrains.is_none()
    };
    let changes = rollouts.iter().flat_map(|rollout| {
        let changes = rollout.changes.iter().filter(of_table);
        changes.map(move |change| (rollout, change))
    });
    match changes.max_by_key(|(rollout, _)| &rollout.migration) {
        Some((rollout, change)) if change.gone.is_some() && is_ending(rollout.progress) => {
            Err(Misfit::TableGone {
                migration: rollout.migration.clone(),
            })
        }
        _ => Ok(()),
    }
}

/// Whether a build does not take a table for renamed that is not yet. Before contract it may be
/// there under its new name, as a view, and need not.
fn table_has_its_name(table: &str, columns: &Columns, rollouts: &[Rollout]) -> Result<(), Misfit> {
    let becomes = |change: &Change| change.becomes.as_deref() == Some(table);
    let renaming = rollouts
        .iter()
        .filter(|rollout| rollout.changes.iter().any(becomes));
    // Names of migrations begin with a time, so the last one says how it is.
    match renaming.max_by_key(|rollout| &rollout.migration) {
        Some(rollout)
            if !is_ending(rollout.progress)
                && rollout.progress != Progress::Aborted
                && columns.get(TABLE).map(Option::as_ref) != Some(Some(&rollout.migration)) =>
        {
            Err(Misfit::TableTooNew {
                migration: rollout.migration.clone(),
            })
        }
        _ => Ok(()),
    }
}

/// The columns of a table that are gone or going, each with the last migration that drops it.
fn dropped<'r>(table: &str, rollouts: &'r [Rollout]) -> BTreeMap<&'r str, &'r str> {
    let ending = rollouts
        .iter()
        .filter(|rollout| is_ending(rollout.progress));
    let changes = ending.flat_map(|rollout| &rollout.changes);
    let mut dropped: BTreeMap<&str, &str> = BTreeMap::new();
    for (column, migration) in changes
        .filter(|change| change.table == table)
        .flat_map(|change| &change.drops)
    {
        let last = dropped.entry(column).or_insert(migration);
        *last = migration.as_str().max(last);
    }
    dropped
}

/// Whether whoever does not know the change would make rows stale that nobody looks at again:
/// nothing serves such writers, and the backfill has begun.
fn is_alone(rollout: &Rollout, table: &str) -> bool {
    let uncovered = |change: &Change| change.table == table && change.uncovered;
    let filling = match rollout.progress {
        Progress::Running(phase) | Progress::Done(phase) => phase >= Phase::Backfill,
        // Until then the column may not be NULL, and somebody may read it still.
        Progress::Reverting(phase) => phase >= Phase::Constrain,
        _ => false,
    };
    filling && rollout.changes.iter().any(uncovered)
}

/// Whether a build may take what a change brings for there for good. It writes the target
/// alone, and anything that fits there: for as long as somebody may read legacy, or may have
/// the migration aborted, such a write would be lost.
fn has_come(change: &Change, progress: Progress) -> bool {
    match change.replaces.as_slice() {
        [] => progress.has_done(Phase::SwitchReads),
        // Its statements do without legacy also where SQLite still asks for a value of it.
        _ => progress == Progress::Finished,
    }
}

/// Whether what served builds that do not know the change is gone or going.
fn is_ending(progress: Progress) -> bool {
    matches!(
        progress,
        Progress::Running(Phase::Contract) | Progress::Finished
    )
}

/// How far a migration has brought a column, to compare two that bring the same.
fn rank(progress: Progress) -> u8 {
    match progress {
        Progress::Aborted => 0,
        Progress::Pending => 1,
        Progress::Reverting(phase) | Progress::Running(phase) => 2 * phase.number(),
        Progress::Done(phase) => 2 * phase.number() + 1,
        Progress::Finished => u8::MAX,
    }
}

//! What `generate` would write, decided before anything is written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use colmig_schema::diff::{Diff, Told, diff, name_constraints};
use colmig_schema::model::Transition;
use colmig_schema::plan::{self, Plan};
use colmig_schema::snapshot::{Entry, LeavingConstraint, LeavingIndex, Rename, Snapshot};
use colmig_schema::{Model, Sql};

use crate::config::Config;
use crate::discover::Models;
use crate::error::{Error, Problem, Result};

/// A migration, if there is one, and the snapshot after it.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The migration; none if the database stays as it is.
    pub(crate) plan: Option<Plan>,
    /// The snapshot.
    pub(crate) snapshot: Snapshot,
}

impl Draft {
    /// Compares the models with the snapshot and plans what has changed.
    pub(crate) fn new(
        before: &Snapshot,
        models: &Models,
        config: &Config,
        stamp: &str,
        words: Option<&str>,
        dropped: &BTreeSet<(String, String)>,
        tables: &BTreeSet<String>,
    ) -> Result<Self> {
        let mut snapshot = before.clone();
        snapshot.models = models.entries();
        let mut before = Cow::Borrowed(before);
        if !config.comments || !config.sql().any(Sql::keeps_comments) {
            // Neither asked for nor taken away: they are no business of colmig's then.
            forget_comments(&mut snapshot);
            forget_comments(before.to_mut());
        }
        let before = &*before;
        // A new column keeps its rule here, though nothing is in flight yet: it is not in `before`.
        // Nor is anything where a column that is there becomes required, and its rule says how.
        let now = snapshot.models.clone();
        let is_null = |models: &BTreeMap<String, Entry>, table: &str, column: &str| {
            let column = models.get(table)?.model.column(column)?;
            Some(column.nullable)
        };
        forget_finished(&mut snapshot, |table, column| {
            let was_null = is_null(&before.models, table, column);
            was_null.is_some() && was_null == is_null(&now, table, column)
        });
        snapshot.forget_altered();
        let mut by_table: BTreeMap<String, Model> = snapshot
            .models
            .iter()
            .map(|(table, entry)| (table.clone(), entry.model.clone()))
            .collect();
        name_constraints(before, &mut by_table);
        for (table, model) in &by_table {
            if let Some(entry) = snapshot.models.get_mut(table) {
                entry.model.clone_from(model);
            }
        }
        let told = Told {
            triggers: config.triggers,
            dropped: dropped.clone(),
            tables: tables.clone(),
        };
        let Diff { changes, refused } = diff(before, &by_table, &told);
        let mut problems: Vec<Problem> = refused
            .into_iter()
            .map(|refusal| models.locate(refusal))
            .collect();
        if changes.is_empty() && problems.is_empty() {
            return Ok(Draft {
                plan: None,
                snapshot,
            });
        }

        let id = plan::name(stamp, &changes, words);
        match plan::plan(
            &id,
            before.migration.as_deref(),
            &changes,
            &config.databases,
        ) {
            Ok(plan) if problems.is_empty() => {
                for (table, column, flight) in &plan.flights {
                    snapshot.depart(table, column, flight);
                }
                for change in &changes {
                    if let Some(column) = change.widens() {
                        snapshot.widen(change.table(), column);
                    }
                }
                for change in &changes {
                    if let Some(to) = change.raises() {
                        snapshot.raise(change.table(), &id, to);
                    }
                }
                if plan.flights.is_empty() && plan.contracts {
                    snapshot.open.push(id.clone());
                }
                let renames = changes.iter().filter_map(|change| {
                    Some(Rename {
                        migration: id.clone(),
                        from: change.table().to_owned(),
                        table: change.becomes()?.to_owned(),
                    })
                });
                snapshot.renames.extend(renames);
                let leaving = changes.iter().filter_map(|change| change.drops_index());
                snapshot
                    .leaving_indexes
                    .extend(leaving.map(|name| LeavingIndex {
                        migration: id.clone(),
                        name,
                    }));
                let leaving = changes.iter().filter_map(|change| {
                    Some(LeavingConstraint {
                        migration: id.clone(),
                        table: change.table().to_owned(),
                        ending: change.drops_constraint()?,
                    })
                });
                snapshot.leaving_constraints.extend(leaving);
                let constrained = changes.iter().flat_map(|change| change.constrains());
                for table in constrained.filter(|table| by_table.contains_key(*table)) {
                    snapshot.constrained.insert(table.to_owned(), id.clone());
                }
                forget_finished(&mut snapshot, |_, _| true);
                snapshot.migration = Some(id);
                Ok(Draft {
                    plan: Some(plan),
                    snapshot,
                })
            }
            Ok(_) => Err(Error::wrong(problems)),
            Err(refused) => {
                for problem in refused.into_iter().map(|refusal| models.locate(refusal)) {
                    let same = |other: &Problem| {
                        other.title == problem.title && other.note == problem.note
                    };
                    // What is wrong on each database is said once.
                    if !problems.iter().any(same) {
                        problems.push(problem);
                    }
                }
                Err(Error::wrong(problems))
            }
        }
    }
}

/// Forgets what doc comments say.
pub(crate) fn forget_comments(snapshot: &mut Snapshot) {
    let entries = snapshot.models.values_mut();
    for column in entries.flat_map(|entry| &mut entry.model.columns) {
        column.comment = None;
    }
}

/// Forgets how columns came to be that are there for good. Their rule may stay in the
/// struct or leave it: neither makes a difference.
pub(crate) fn forget_finished(snapshot: &mut Snapshot, is_there: impl Fn(&str, &str) -> bool) {
    let Snapshot {
        models,
        in_flight,
        renames,
        ..
    } = snapshot;
    for (table, entry) in models {
        let mut columns = entry.model.columns.iter();
        let renamed = renames.iter().any(|rename| rename.table == *table);
        if !renamed && columns.any(|column| is_there(table, &column.name)) {
            entry.model.renamed_from = None;
        }
        for column in &mut entry.model.columns {
            let flies = in_flight
                .iter()
                .any(|flight| flight.table == *table && flight.column == column.name);
            if !flies && is_there(table, &column.name) {
                column.transition = Transition::default();
            }
        }
    }
}

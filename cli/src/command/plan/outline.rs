//! What a migration will do, as data: the shape of `plan --format json`.

use std::collections::BTreeMap;

use colmig::migrate::{Estimate, Migration};
use colmig_schema::migration::ChangeEntry;
use colmig_schema::script::{Run, Step};
use colmig_schema::{Database, Phase};
use serde::Serialize;

use crate::report::progress::{elapsed, sized};

/// What was asked about.
#[derive(Debug, Serialize)]
pub(super) struct Outline {
    /// The migrations, in their order.
    pub(super) migrations: Vec<Planned>,
}

/// One migration.
#[derive(Debug, Serialize)]
pub(super) struct Planned {
    pub(super) id: String,
    pub(super) parent: Option<String>,
    pub(super) changes: Vec<ChangeEntry>,
    pub(super) databases: Vec<OnDatabase>,
}

/// The same on one database.
#[derive(Debug, Serialize)]
pub(super) struct OnDatabase {
    pub(super) database: Database,
    pub(super) phases: Vec<PlannedPhase>,
}

/// One phase.
#[derive(Debug, Serialize)]
pub(super) struct PlannedPhase {
    pub(super) phase: Phase,
    /// What has to hold before it is entered.
    pub(super) gate: &'static str,
    pub(super) steps: Vec<PlannedStep>,
}

/// One step.
#[derive(Debug, Serialize)]
pub(super) struct PlannedStep {
    pub(super) id: String,
    pub(super) lock: String,
    pub(super) safe: String,
    /// `transaction`, `one-by-one`, `alone`, `backfill`, `compare`, `check-rows` or `convert`.
    pub(super) run: &'static str,
    pub(super) statements: Vec<String>,
    pub(super) revert: Vec<String>,
    /// The rows of the table, as far as the database knows without counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) estimated_rows: Option<u64>,
    /// What filling the table will take besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) estimate: Option<Estimate>,
}

/// What has to hold before a phase is entered, where something in the database serves builds that do not
/// know the change, or nothing does.
pub(super) fn gate(phase: Phase, database: Database, is_covered: bool) -> &'static str {
    let of_documents = database == Database::MongoDb;
    match phase {
        Phase::Expand => "the lock is had within its time-out",
        Phase::DualWrite if of_documents => "every instance reads the field",
        Phase::DualWrite => "every instance reads the column",
        Phase::Backfill if !is_covered => {
            "no live build is left that does not know the change, you say that nothing else writes \
             (`--assume-drained`), and every transaction that began before has ended"
        }
        Phase::Backfill if of_documents => {
            "every instance writes the field, and every transaction that began before has ended"
        }
        Phase::Backfill => {
            "every instance writes the column, and every transaction that began before has ended"
        }
        Phase::Constrain if of_documents => {
            "a whole pass of the backfill found nothing left to do, and no document resists"
        }
        Phase::Constrain => {
            "a whole pass of the backfill found nothing left to do, and no row resists"
        }
        Phase::SwitchReads => "constrain is done",
        Phase::Contract => "you say so: `cargo colmig contract`",
    }
}

/// What tables, or collections, are full of.
pub(super) fn records(database: Database) -> &'static str {
    match database {
        Database::MongoDb => "documents",
        _ => "rows",
    }
}

impl OnDatabase {
    /// What `migration` does on its database.
    pub(super) fn new(
        database: Database,
        migration: &Migration,
        estimates: &BTreeMap<String, Estimate>,
    ) -> Self {
        let phases = Phase::ALL.into_iter().map(|phase| PlannedPhase {
            phase,
            gate: gate(phase, database, migration.is_covered()),
            steps: migration
                .steps(phase)
                .iter()
                .map(|step| PlannedStep::new(step, estimates))
                .collect(),
        });
        OnDatabase {
            database,
            phases: phases.collect(),
        }
    }
}

impl PlannedStep {
    fn new(step: &Step, estimates: &BTreeMap<String, Estimate>) -> Self {
        let (run, table) = match &step.run {
            Run::Transaction(_) => ("transaction", None),
            Run::OneByOne(_) => ("one-by-one", None),
            Run::Alone { .. } => ("alone", None),
            Run::Backfill(backfill) => ("backfill", Some(&backfill.table)),
            Run::Compare(comparison) => ("compare", Some(&comparison.table)),
            Run::CheckRows(check) => ("check-rows", Some(&check.table)),
            Run::CheckDependents(_) => ("check-dependents", None),
            Run::Convert(convert) => ("convert", Some(&convert.table)),
        };
        let estimate = table.and_then(|table| estimates.get(table));
        PlannedStep {
            id: step.id.clone(),
            lock: step.lock.clone(),
            safe: step.safe.clone(),
            run,
            statements: step.statements().into_iter().map(str::to_owned).collect(),
            revert: step.revert.clone(),
            estimated_rows: estimate.map(|estimate| estimate.rows),
            // What only reads writes nothing.
            estimate: estimate
                .filter(|_| !matches!(run, "compare" | "check-rows"))
                .copied(),
        }
    }
}

impl PlannedStep {
    /// What filling the table will take besides its rows, in words.
    pub(super) fn takes(&self, database: Database) -> Option<String> {
        let kind = match database {
            Database::MongoDb => "collection",
            _ => "table",
        };
        let estimate = self.estimate.as_ref()?;
        let (table, log) = (estimate.table_bytes?, estimate.log_bytes?);
        let time = elapsed(estimate.idle_seconds?.saturating_mul(1_000));
        let (table, log) = (sized(table), sized(log));
        Some(format!(
            "{kind} of {table}, about {log} of log, about {time} where nobody else is at work"
        ))
    }
}

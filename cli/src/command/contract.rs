//! `cargo colmig contract`: the last phase, in the database and then in the files.

mod leaving;

use std::collections::BTreeSet;

use colmig::migrate::{MigrationStatus, Outcome, Status};
use colmig_schema::snapshot::Snapshot;
use colmig_schema::{Phase, Progress};
use serde::Serialize;

use leaving::{Leaving, Scope};

use super::Verb;
use crate::args::{Common, Format as _, Which};
use crate::confirm::confirm;
use crate::connect::Target;
use crate::discover;
use crate::draft;
use crate::error::{Error, Problem, Result};
use crate::execution::{ended, execute, status};
use crate::exit_code::ExitCode;
use crate::files::Changeset;
use crate::history;
use crate::project::shown;
use crate::records;
use crate::report::Report;

/// Enter the last phase, which cannot be undone, and end the change in the files
///
/// What served the rollout only goes from the database. Then the snapshot and the records are
/// written anew, so that the next build has plain statements. Do it when no build is live any
/// more that does not know the change, also none that a rollback would bring back. By default it
/// is the only migration that is done with the phase before.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "the migration is finished, and the files say so",
    Some("a phase before is not done, a gate is closed, it was stopped, or the answer was no"),
    true,
))]
pub(crate) struct Contract {
    #[command(flatten)]
    which: Which,

    /// Answer yes to what would be asked
    #[arg(long, short)]
    yes: bool,

    /// Vouch that no build writes any more that does not know the change, whatever the leases
    /// say; the audit records who did
    #[arg(long)]
    assume_drained: bool,

    /// Leave the files alone: other databases still have the migration under way
    #[arg(long)]
    keep_files: bool,

    /// Take the attributes that have done their work out of the structs
    #[arg(long, conflicts_with = "keep_files")]
    edit: bool,

    #[command(flatten)]
    common: Common,
}

/// What became of the files, for programs: the last line.
#[derive(Serialize)]
struct Ended<'a> {
    files: &'a [String],
    removed: &'a [String],
    edits: &'a [leaving::Edit],
    by_hand: &'a [leaving::ByHand],
}

/// What is lost for good with a migration, in words that go on a sentence.
fn losses(target: &Target, id: &str) -> String {
    let all = target.migrations.iter();
    let changes = all
        .filter(|migration| migration.id() == id)
        .flat_map(|migration| &migration.manifest().changes);
    let lost: Vec<String> = changes
        .flat_map(|change| {
            let kind = match change.kind.as_str() {
                "drop_collection" => "collection",
                _ => "table",
            };
            let table = change
                .drops_table
                .then(|| format!("the {kind} `{}`", change.table));
            let columns = change.drops.iter();
            let columns = columns.map(|column| format!("`{column}` of `{}`", change.table));
            table.into_iter().chain(columns)
        })
        .collect();
    match lost.as_slice() {
        [] => String::new(),
        _ => format!(", and {} is lost with all that is in it", lost.join(", ")),
    }
}

impl Verb for Contract {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?.assuming_drained(self.assume_drained);
        let status = status(&target)?;
        let Some(migration) = self.choose(&target, &status)? else {
            report.done("Finished", "nothing to contract: no migration is in flight");
            let code = ended(report, self.wants_json(), &Outcome::Done);
            if self.edit {
                let snapshot = &target.history.snapshot;
                let leaving = self.leaving(report, &target, snapshot, &Scope::All)?;
                self.write(report, "", Changeset::default(), leaving)?;
            }
            return Ok(code);
        };
        // All that can go wrong with the files goes wrong before the database is touched.
        let (files, leaving) = if self.keep_files {
            Default::default()
        } else {
            let (files, after) = end_in_files(&target, &migration.id)?;
            let scope = Scope::Brought(brought(&target, &migration.id));
            (files, self.leaving(report, &target, &after, &scope)?)
        };
        if migration.progress != Progress::Finished {
            let title = target.database.title();
            let question = format!(
                "Contract {} on {title}? It cannot be undone{}.",
                migration.id,
                losses(&target, &migration.id)
            );
            confirm(report, self.yes, &question)?;
        }
        let outcome = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| {
                migrator
                    .contract(&target.migrations, &migration.id, watch)
                    .await
            },
        )?;
        let code = ended(report, self.wants_json(), &outcome);
        if outcome == Outcome::Done {
            self.write(report, &migration.id, files, leaving)?;
        }
        Ok(code)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Contract {
    /// The migration that was named, or else the only one that it can be, if one is in flight.
    fn choose<'a>(
        &self,
        target: &Target,
        status: &'a Status,
    ) -> Result<Option<&'a MigrationStatus>> {
        if let Some(id) = self.which.id() {
            let named = status
                .migrations
                .iter()
                .find(|migration| migration.id == id);
            return Ok(Some(
                named.ok_or_else(|| history::unknown(id, &target.migrations))?,
            ));
        }
        let finished = target.finished();
        let open: Vec<&MigrationStatus> = status
            .migrations
            .iter()
            .filter(|migration| !finished.contains(&migration.id))
            .collect();
        let ready: Vec<&MigrationStatus> = open
            .iter()
            .copied()
            .filter(|migration| {
                migration.progress.has_done(Phase::LAST_OF_RUN)
                    || migration.progress == Progress::Running(Phase::Contract)
            })
            .collect();
        match (ready.as_slice(), open.as_slice()) {
            ([], []) => Ok(None),
            ([only], _) => Ok(Some(only)),
            ([], [first, ..]) => Err(Error {
                exit: ExitCode::No,
                problems: vec![
                    Problem::error(format!(
                        "{} is {}, and contract comes after {}",
                        first.id,
                        first.progress,
                        Phase::LAST_OF_RUN
                    ))
                    .help("first `cargo colmig run`"),
                ],
            }),
            ([first, ..], _) => {
                let ids: Vec<&str> = ready
                    .iter()
                    .map(|migration| migration.id.as_str())
                    .collect();
                Err(Problem::error("several migrations could be contracted")
                    .note(ids.join(", "))
                    .help(format!("name one: `cargo colmig contract {}`", first.id))
                    .into())
            }
        }
    }

    /// What may leave the structs. Only those who asked for the edit need sources that can
    /// be read: a migration can be contracted where there are none.
    fn leaving(
        &self,
        report: Report,
        target: &Target,
        after: &Snapshot,
        scope: &Scope,
    ) -> Result<Leaving> {
        let packages = target.project.packages();
        let models = match packages.and_then(|packages| discover::models(&packages, report)) {
            Ok(models) => Some(models),
            Err(error) if self.edit => return Err(error),
            Err(_) => None,
        };
        let before = &target.history.snapshot;
        Ok(Leaving::find(models.as_ref(), before, after, scope))
    }

    fn write(
        &self,
        report: Report,
        id: &str,
        mut changes: Changeset,
        mut leaving: Leaving,
    ) -> Result<()> {
        if self.edit {
            leaving.stage(&mut changes)?;
        }
        let files: Vec<String> = changes.paths().map(shown).collect();
        let removed: Vec<String> = changes.removals().map(shown).collect();
        changes.apply()?;
        if self.wants_json() {
            report.json(&Ended {
                files: &files,
                removed: &removed,
                edits: leaving.edits(),
                by_hand: leaving.by_hand(),
            });
        }
        report.list("Wrote", files.iter().map(String::as_str));
        report.list("Removed", removed.iter().map(String::as_str));
        leaving.tell(report);
        if !files.is_empty() {
            report.done(
                "Next",
                "commit the files: the next build has plain statements",
            );
        } else if self.keep_files {
            report.done(
                "Next",
                "the same on the other databases; on the last one without `--keep-files`",
            );
        } else if self.edit {
            report.done("Finished", "no attribute is left that could be taken out");
        }
        if !self.edit && !leaving.edits().is_empty() {
            report.done(
                "",
                format_args!(
                    "the struct may stay as it is; `cargo colmig contract {id} --edit` edits it"
                ),
            );
        }
        Ok(())
    }
}

/// The snapshot and the records in which the migration is not in flight any more.
fn end_in_files(target: &Target, id: &str) -> Result<(Changeset, Snapshot)> {
    let before = &target.history.snapshot;
    let mut after = before.clone();
    let mut changes = Changeset::default();
    if after.arrive(id) {
        draft::forget_finished(&mut after, |_, _| true);
        records::stage(&mut changes, &target.project, before, &after)?;
    }
    Ok((changes, after))
}

/// The columns that the migration brought, by table and name. Its manifest knows them also
/// when nothing of it is in flight any more.
fn brought(target: &Target, id: &str) -> BTreeSet<(String, String)> {
    let flights = target.history.snapshot.in_flight.iter();
    let flights = flights
        .filter(|flight| flight.migration == id)
        .map(|flight| (flight.table.clone(), flight.column.clone()));
    let named = target.migrations.iter().filter(|named| named.id() == id);
    let changes = named
        .flat_map(|migration| &migration.manifest().changes)
        .flat_map(|change| {
            let columns = change.columns.iter().chain(&change.alters);
            columns.map(|column| (change.table.clone(), column.clone()))
        });
    flights.chain(changes).collect()
}

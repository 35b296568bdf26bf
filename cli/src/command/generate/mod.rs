//! `cargo colmig generate`: from edited structs to a migration.

mod renames;

use std::collections::BTreeSet;

use colmig_schema::migration::ChangeEntry;
use colmig_schema::snapshot::Snapshot;
use serde::Serialize;

use renames::{Edit, Renames};

use super::Verb;
use crate::args::{Common, Format as _};
use crate::discover::{self, Models};
use crate::draft::Draft;
use crate::error::{Error, Problem, Result};
use crate::exit_code::ExitCode;
use crate::files::Changeset;
use crate::history::History;
use crate::project::{Project, shown};
use crate::records;
use crate::report::{Report, count};
use crate::stamp;

/// Detect what changed in the models, and write a migration
///
/// Where a field may have been renamed, it asks on a terminal, and writes the answer into the
/// struct; without a terminal that is an error, which prints the attribute to add.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "the files are written, or there was nothing to write",
    Some("--check: the files are not what the models ask for; or a question was answered with no"),
    false,
))]
pub(crate) struct Generate {
    /// Write nothing; end with 1 if something would be written
    #[arg(long)]
    check: bool,

    /// Words for the name of the migration, in the place of those that follow from the changes
    #[arg(long, value_name = "WORDS")]
    name: Option<String>,

    /// Say that a column goes, and is no new field by another name: TABLE.COLUMN; or a table, and
    /// is no new one
    #[arg(long = "drop", value_name = "WHAT", value_parser = dropped)]
    dropped: Vec<Dropped>,

    /// Mend a merge of two branches that each added a migration: this one stays, and what the other
    /// branch added is written anew behind it
    #[arg(long, value_name = "MIGRATION", conflicts_with = "check")]
    keep: Option<String>,

    #[command(flatten)]
    common: Common,
}

/// A table, or a column of it.
#[derive(Clone, Debug)]
struct Dropped {
    table: String,
    column: Option<String>,
}

/// A table; or a column of it, with a dot between.
fn dropped(text: &str) -> std::result::Result<Dropped, &'static str> {
    let (table, column) = match text.rsplit_once('.') {
        Some((table, column)) => (table, Some(column)),
        None => (text, None),
    };
    match table.is_empty() || column == Some("") {
        true => Err("it is to name a table, or a column with its table: TABLE.COLUMN"),
        false => Ok(Dropped {
            table: table.to_owned(),
            column: column.map(str::to_owned),
        }),
    }
}

/// What `generate` found and did, for programs.
#[derive(Serialize)]
struct Generated<'a> {
    migration: Option<&'a str>,
    changes: &'a [ChangeEntry],
    files: Vec<String>,
    removed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<&'a Edit>,
    written: bool,
}

/// What was meant, perhaps.
fn nearest<'a>(name: &str, of: impl Iterator<Item = &'a str>) -> Option<String> {
    colmig_schema::nearest(name, of).map(|near| format!("did you mean `{near}`?"))
}

impl Verb for Generate {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let project = Project::open(self.common.manifest_path.as_deref())?;
        let history = match &self.keep {
            Some(keep) => History::keeping(&project, keep)?,
            None => History::read(&project)?,
        };
        history.check(&project.config.databases)?;
        let packages = project.packages()?;
        let mut models = discover::models(&packages, report)?;
        let before = &history.snapshot;
        self.can_be_dropped(before, &models)?;
        let mut tables = BTreeSet::new();
        let mut dropped = BTreeSet::new();
        for Dropped { table, column } in self.dropped.iter().cloned() {
            match column {
                Some(column) => _ = dropped.insert((table, column)),
                None => _ = tables.insert(table),
            }
        }
        // `--check` is for machines, and changes nothing: there an open question is an error.
        let renames = match self.check {
            true => Renames::default(),
            false => Renames::ask(report, before, &models, &dropped)?,
        };
        let dropped = renames.dropped().chain(&dropped).cloned().collect();
        if let Some(texts) = renames.texts() {
            models = discover::models_after(&packages, &texts)?;
            renames.tell(report);
        }
        // A folder that goes is there until the end, and its name is taken.
        let taken = history.left_out().map(|(id, _)| id);
        let stamp = stamp::after(taken.chain(before.migration.as_deref()).max())?;
        let draft = Draft::new(
            before,
            &models,
            &project.config,
            &stamp,
            self.name.as_deref(),
            &dropped,
            &tables,
        )?;

        let mut changes = Changeset::default();
        if let Some(plan) = &draft.plan {
            let mut files = plan.files.clone();
            let manifest = plan.manifest.to_toml();
            let manifest = manifest
                .map_err(|error| Problem::error("failed to write the manifest").note(error))?;
            files.insert(colmig_schema::migration::FILE_NAME.to_owned(), manifest);
            changes.folder(project.migrations().join(&plan.manifest.id), files);
        }
        records::stage(&mut changes, &project, before, &draft.snapshot)?;
        renames.stage(&mut changes)?;
        for (_, folder) in history.left_out() {
            changes.folder_removal(folder);
        }
        let manifest = draft.plan.as_ref().map(|plan| &plan.manifest);
        let generated = Generated {
            migration: manifest.map(|manifest| manifest.id.as_str()),
            changes: manifest.map_or(&[], |manifest| &manifest.changes),
            files: changes.paths().map(shown).collect(),
            removed: changes.removals().map(shown).collect(),
            edits: renames.edits().collect(),
            written: !self.check && !changes.is_empty(),
        };
        let in_step = changes.is_empty();
        if generated.written {
            changes.apply()?;
        }
        self.tell(report, &generated, draft.snapshot.models.len());
        Ok(if self.check && !in_step {
            ExitCode::No
        } else {
            ExitCode::Done
        })
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Generate {
    /// What is said to go has to be gone from the structs.
    fn can_be_dropped(&self, before: &Snapshot, models: &Models) -> Result<()> {
        let after = models.entries();
        let problem = |Dropped { table, column }: &Dropped| {
            let Some(entry) = before.models.get(table) else {
                let tables = before.models.keys().map(String::as_str);
                return Some((
                    format!("there is no table or collection `{table}`"),
                    nearest(table, tables),
                ));
            };
            let Some(column) = column else {
                let kept = after.get(table)?;
                let what = format!("there is still a model of `{table}`");
                return Some((
                    what,
                    Some(format!("take the struct `{}` out", kept.model.name)),
                ));
            };
            if entry.model.column(column).is_none() {
                let columns = entry
                    .model
                    .columns
                    .iter()
                    .map(|column| column.name.as_str());
                let what = format!("`{table}` has no column `{column}`");
                return Some((what, nearest(column, columns)));
            }
            let kept = after.get(table)?.model.column(column)?;
            let what = format!("the struct still has `{column}` of `{table}`");
            let help = format!("take the field `{}` out of it", kept.field);
            Some((what, Some(help)))
        };
        let problems = self.dropped.iter().filter_map(problem);
        let problems: Vec<Problem> = problems
            .map(|(what, help)| {
                let problem = Problem::error(format!("`--drop`: {what}"));
                match help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            })
            .collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Error::wrong(problems)),
        }
    }

    fn tell(&self, report: Report, generated: &Generated<'_>, models: usize) {
        if self.wants_json() {
            report.json(generated);
        }
        report.list(
            "Change",
            generated
                .changes
                .iter()
                .map(|change| change.summary.as_str()),
        );
        let (written, removed) = if self.check {
            ("Would write", "Would remove")
        } else {
            ("Wrote", "Removed")
        };
        report.list(written, generated.files.iter().map(String::as_str));
        report.list(removed, generated.removed.iter().map(String::as_str));
        let models = count(models, "model");
        if generated.files.is_empty() && generated.removed.is_empty() {
            report.done(
                "Finished",
                format_args!("nothing to do: {models}, no change"),
            );
        } else if self.check {
            report.held(
                "Drift",
                "the files are not what the models ask for: run `cargo colmig generate`",
            );
        } else if let Some(migration) = generated.migration {
            report.done("Finished", format_args!("migration {migration}"));
            report.done("Next", "review it, commit all of it with the change of the struct, then `cargo colmig run`");
        } else {
            report.done(
                "Finished",
                format_args!("{models}, no change for a database; commit the files"),
            );
        }
    }
}

//! Which files `init` writes: colmig.toml and the snapshot, and where tables are there already
//! the migration that takes them over, with the record of each model.

use std::collections::BTreeMap;

use colmig_schema::Model;
use colmig_schema::diff::adopt;
use colmig_schema::plan::{self, Plan};
use colmig_schema::snapshot::Snapshot;

use crate::config;
use crate::discover::Models;
use crate::draft::{forget_comments, forget_finished};
use crate::error::{Error, Problem, Result};
use crate::files::Changeset;
use crate::project::Project;
use crate::{records, stamp};

/// The name of the migration that takes tables over.
const BASELINE: &str = "baseline";

/// The first files of a project, and the number of models whose tables are taken over.
pub(super) fn first(
    project: &Project,
    config: String,
    models: Option<&Models>,
) -> Result<(Changeset, usize)> {
    let mut changes = Changeset::default();
    let mut snapshot = Snapshot::default();
    if let Some(models) = models {
        snapshot.models = models.entries();
        // However their columns came to be, they are there.
        forget_finished(&mut snapshot, |_, _| true);
        // The tables that are there know nothing of them.
        forget_comments(&mut snapshot);
        if let Some(plan) = baseline(project, &snapshot, models)? {
            changes.folder(
                project.migrations().join(&plan.manifest.id),
                files_of(&plan)?,
            );
            snapshot.migration = Some(plan.manifest.id);
        }
    }
    changes.file(project.root.join(config::FILE_NAME), config)?;
    records::stage(&mut changes, project, &Snapshot::default(), &snapshot)?;
    Ok((changes, snapshot.models.len()))
}

/// The migration that takes the tables over; none if there are no models.
fn baseline(project: &Project, snapshot: &Snapshot, models: &Models) -> Result<Option<Plan>> {
    let by_table: BTreeMap<String, Model> = snapshot
        .models
        .iter()
        .map(|(table, entry)| (table.clone(), entry.model.clone()))
        .collect();
    let changes = adopt(&by_table);
    if changes.is_empty() {
        return Ok(None);
    }
    let id = plan::name(&stamp::after(None)?, &changes, Some(BASELINE));
    let plan = plan::plan(&id, None, &changes, &project.config.databases);
    plan.map(Some).map_err(|refused| {
        let located = refused.into_iter().map(|refusal| models.locate(refusal));
        Error::wrong(located)
    })
}

/// The files of a migration, with its manifest among them.
fn files_of(plan: &Plan) -> Result<BTreeMap<String, String>> {
    let manifest = plan.manifest.to_toml();
    let manifest =
        manifest.map_err(|error| Problem::error("failed to write the manifest").note(error))?;
    let mut files = plan.files.clone();
    files.insert(colmig_schema::migration::FILE_NAME.to_owned(), manifest);
    Ok(files)
}

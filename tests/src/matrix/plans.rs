//! Migrations in a folder that goes with the value, planned by the code that `generate` uses.

use std::collections::BTreeSet;
use std::fs;

use colmig::migrate::{Migration, load};
use colmig_schema::Sql;
use colmig_schema::change::Refusal;
use colmig_schema::diff::{Diff, Told, diff, name_constraints};
use colmig_schema::plan::{Plan, plan};
use colmig_schema::snapshot::{Entry, Snapshot};
use tempfile::TempDir;

use super::changes::Models;
use super::{Failed, failed};

/// The migrations of one database.
pub(super) struct Plans {
    folder: TempDir,
    database: Sql,
    snapshot: Snapshot,
}

impl Plans {
    /// No migration yet, for tables that are there.
    pub(super) fn of(database: Sql, models: &Models) -> Result<Plans, Failed> {
        let folder = TempDir::new().map_err(failed("create a folder"))?;
        let mut plans = Plans {
            folder,
            database,
            snapshot: Snapshot::default(),
        };
        plans.there(models);
        Ok(plans)
    }

    fn there(&mut self, models: &Models) {
        let entries = models.iter().map(|(table, model)| {
            let entry = Entry {
                package: String::new(),
                model: model.clone(),
            };
            (table.clone(), entry)
        });
        self.snapshot.models = entries.collect();
    }

    /// Writes the migration that leads to the models.
    pub(super) fn add(&mut self, id: &str, models: &Models) -> Result<(), Failed> {
        let mut named = models.clone();
        name_constraints(&self.snapshot, &mut named);
        let models = &named;
        let plan = planned(&self.snapshot, models, id, self.database)
            .map_err(|refused| Failed(format!("refused: {}", why(&refused))))?;
        let folder = self.folder.path().join(id);
        let manifest = plan.manifest.to_toml().map_err(failed("write"))?;
        let manifest = ("migration.toml".to_owned(), manifest);
        for (path, text) in plan.files.iter().chain([(&manifest.0, &manifest.1)]) {
            let path = folder.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed("write"))?;
            }
            fs::write(path, text).map_err(failed("write"))?;
        }
        self.snapshot.migration = Some(id.to_owned());
        self.there(models);
        Ok(())
    }

    /// Everything that was written.
    pub(super) fn load(&self) -> Result<Vec<Migration>, Failed> {
        load(self.folder.path(), self.database.into()).map_err(failed("load the migrations"))
    }
}

/// The migration from a snapshot to the models, or why there is none.
pub(super) fn planned(
    snapshot: &Snapshot,
    models: &Models,
    id: &str,
    database: Sql,
) -> Result<Plan, Vec<Refusal>> {
    let told = Told {
        triggers: true,
        dropped: BTreeSet::new(),
        tables: BTreeSet::new(),
    };
    let Diff { changes, refused } = diff(snapshot, models, &told);
    if !refused.is_empty() {
        return Err(refused);
    }
    plan(
        id,
        snapshot.migration.as_deref(),
        &changes,
        &[database.into()],
    )
}

/// The reasons of refusals, and the ways out.
pub(super) fn why(refused: &[Refusal]) -> String {
    let told = refused
        .iter()
        .map(|refusal| format!("{}. The way out: {}", refusal.why, refusal.remedy));
    told.collect::<Vec<_>>().join("; ")
}

//! A throw-away folder of migrations, planned by the code that `generate` uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use colmig::migrate::{Migration, load};
use colmig::{Database, Phase};
use colmig_schema::change::Change;
use colmig_schema::diff::{Told, diff, name_constraints};
use colmig_schema::migration::Manifest;
use colmig_schema::model::{Column, ColumnType, Dialected, Model, Transition};
use colmig_schema::plan::plan;
use colmig_schema::script::{Run, Script, script_path};
use colmig_schema::snapshot::{Entry, Snapshot};
use tempfile::TempDir;

/// A required column with a rule, a check and a unique index.
pub(crate) const DISPLAY_NAME: &str = "20260101000000_users_display_name";
/// A required column with a rule and an index, after the one above.
pub(crate) const DOMAIN: &str = "20260102000000_users_domain";

/// The table before any migration, on any database: with the types that its model has there.
pub(crate) fn create_users(database: Database) -> String {
    let text = ColumnType::Text;
    let text = text.sql(database.sql().unwrap()).unwrap();
    format!(
        "CREATE TABLE users (id bigint PRIMARY KEY, first_name {text} NOT NULL, last_name {text}, email {text} NOT NULL)"
    )
}

/// The databases that this suite runs on.
pub(crate) const DATABASES: [Database; 3] =
    [Database::Postgres, Database::MariaDb, Database::Sqlite];

/// Those that have indexes of some rows, and over expressions.
pub(crate) const INDEXING: [Database; 2] = [Database::Postgres, Database::Sqlite];

pub(crate) struct Project {
    folder: TempDir,
    snapshot: Snapshot,
}

impl Project {
    /// Migrations for a table `users` that is there already.
    pub(crate) fn of_users() -> Project {
        let mut project = Project::empty();
        project.there(users());
        let named = with(users(), display_name());
        project.add(DISPLAY_NAME, &named);
        project
    }

    /// The same, and a second migration behind the first.
    pub(crate) fn of_users_twice() -> Project {
        let mut project = Project::of_users();
        let both = with(with(users(), display_name()), domain());
        project.add(DOMAIN, &both);
        project
    }

    pub(crate) fn empty() -> Project {
        Project {
            folder: TempDir::new().unwrap(),
            snapshot: Snapshot::default(),
        }
    }

    /// Takes down a table that no migration creates.
    pub(crate) fn there(&mut self, model: Model) {
        let entry = Entry {
            package: String::new(),
            model: model.clone(),
        };
        self.snapshot.models.insert(model.table, entry);
    }

    /// Writes the migration that leads to `model`.
    pub(crate) fn add(&mut self, id: &str, model: &Model) {
        self.add_on(&DATABASES, id, model);
    }

    /// Writes the migration that gives a table the name of `model`, which only PostgreSQL can.
    pub(crate) fn rename(&mut self, id: &str, model: &Model) {
        self.add_on(&[Database::Postgres], id, model);
        let from = model.renamed_from.as_ref().unwrap();
        self.snapshot.models.remove(from);
    }

    /// A model as of the newest migration.
    pub(crate) fn model(&self, table: &str) -> &Model {
        &self.snapshot.models[table].model
    }

    /// The same for some databases only.
    pub(crate) fn add_on(&mut self, databases: &[Database], id: &str, model: &Model) {
        self.add_all(databases, id, std::slice::from_ref(model));
    }

    /// Writes the migration that leads to all of these models.
    pub(crate) fn add_all(&mut self, databases: &[Database], id: &str, next: &[Model]) {
        let mut models: BTreeMap<String, Model> = self
            .snapshot
            .models
            .iter()
            .map(|(table, entry)| (table.clone(), entry.model.clone()))
            .collect();
        for model in next {
            if let Some(from) = &model.renamed_from {
                models.remove(from);
            }
            models.insert(model.table.clone(), model.clone());
        }
        name_constraints(&self.snapshot, &mut models);
        let told = Told {
            triggers: true,
            dropped: BTreeSet::new(),
            tables: BTreeSet::new(),
        };
        let found = diff(&self.snapshot, &models, &told);
        assert!(found.refused.is_empty(), "{:?}", found.refused);
        self.write(databases, id, &found.changes);
        for model in models.into_values() {
            self.there(model);
        }
    }

    /// Writes the migration that does `changes`.
    pub(crate) fn write(&mut self, databases: &[Database], id: &str, changes: &[Box<dyn Change>]) {
        let parent = self.snapshot.migration.replace(id.to_owned());
        let plan = plan(id, parent.as_deref(), changes, databases).unwrap();
        let folder = self.folder.path().join(id);
        for (path, text) in &plan.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::write(
            folder.join("migration.toml"),
            plan.manifest.to_toml().unwrap(),
        )
        .unwrap();
    }

    /// Takes the searches for rows that resist out of a migration: as it was written before
    /// there were any.
    pub(crate) fn without_searches(&self, id: &str) {
        let folder = self.folder.path().join(id);
        let manifest = folder.join("migration.toml");
        let mut sealed = Manifest::parse(&fs::read_to_string(&manifest).unwrap()).unwrap();
        for database in DATABASES {
            let path = script_path(database, Phase::Backfill);
            let file = folder.join(&path);
            let mut script: Script = fs::read_to_string(&file).unwrap().parse().unwrap();
            let before = script.steps.len();
            script
                .steps
                .retain(|step| !matches!(step.run, Run::CheckRows(_)));
            assert!(script.steps.len() < before, "{}", file.display());
            fs::write(&file, script.to_string()).unwrap();
            sealed.seal(&path, &script.to_string());
        }
        fs::write(manifest, sealed.to_toml().unwrap()).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn load(&self, database: Database) -> Vec<Migration> {
        load(self.folder(), database).unwrap()
    }
}

pub(crate) fn users() -> Model {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let last_name = Column {
        nullable: true,
        ..text("last_name")
    };
    model(
        "users",
        vec![id, text("first_name"), last_name, text("email")],
    )
}

pub(crate) fn display_name() -> Column {
    Column {
        unique: true,
        check: sql("length(display_name) < 100"),
        transition: Transition {
            backfill: Some(both_names()),
            ..Transition::default()
        },
        ..text("display_name")
    }
}

/// First and last name, with a blank between.
pub(crate) fn both_names() -> Dialected {
    let joined = "first_name || ' ' || last_name";
    each([joined, "concat(first_name, ' ', last_name)", joined])
}

/// What each database calls it, in their order.
pub(crate) fn each(texts: [&str; 3]) -> Dialected {
    let texts = texts.map(str::to_owned);
    Dialected::Each(DATABASES.into_iter().zip(texts).collect())
}

pub(crate) fn domain() -> Column {
    let behind_at = "substr(email, instr(email, '@') + 1)";
    let rule = each(["split_part(email, '@', 2)", behind_at, behind_at]);
    let transition = Transition {
        backfill: Some(rule),
        ..Transition::default()
    };
    Column {
        index: true,
        transition,
        ..text("domain")
    }
}

pub(crate) fn model(table: &str, columns: Vec<Column>) -> Model {
    Model {
        name: "Model".to_owned(),
        table: table.to_owned(),
        collection: false,
        renamed_from: None,
        columns,
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

pub(crate) fn with(mut model: Model, column: Column) -> Model {
    model.columns.push(column);
    model
}

pub(crate) fn ruled(name: &str, rule: &str) -> Column {
    let transition = Transition {
        backfill: sql(rule),
        ..Transition::default()
    };
    Column {
        transition,
        ..text(name)
    }
}

pub(crate) fn text(name: &str) -> Column {
    column(name, ColumnType::Text)
}

pub(crate) fn column(name: &str, ty: ColumnType) -> Column {
    Column::new(name, ty)
}

pub(crate) fn sql(text: &str) -> Option<Dialected> {
    Some(Dialected::Same(text.to_owned()))
}

//! `--from-database`: asks the database, tells what differs, and judges whether the models are
//! as their tables are.

use cargo_metadata::Metadata;
use colmig::migrate::Inspector;
use colmig_schema::Database;
use colmig_schema::live::{
    Crates, Difference, Schema, Table, Tool, Weight, compare, rehearsal, remembered, rereading,
    structs,
};
use serde::Serialize;

use super::{Init, Initialized};
use crate::connect::{block_on, url};
use crate::discover::{self, Models};
use crate::error::{Error, Problem, Result};
use crate::exit_code::ExitCode;
use crate::history::History;
use crate::project::{self, Project};
use crate::report::{Report, count};

/// More names than this say nothing to people; programs get them all.
const SHOWN: usize = 8;

/// A model's table as the database would have it, or why it would not.
type Said = std::result::Result<Table, String>;

/// What was found in the database, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Adopted {
    database: Database,
    /// Into which of its schemas the connection looks.
    schema: String,
    /// Who has migrated it before.
    tools: Vec<Tool>,
    /// What is in the way.
    differences: Vec<Difference>,
    /// What somebody takes as it is.
    accepted: Vec<Difference>,
    /// What the database has beyond the models.
    notes: Vec<Difference>,
    tables_without_model: Vec<String>,
    #[serde(skip)]
    models: usize,
}

impl Adopted {
    /// Whether nothing is in the way.
    pub(super) fn fits(&self) -> bool {
        self.differences.is_empty() && self.models > 0
    }
}

impl Init {
    /// Whether the database that is asked can say what it holds.
    pub(super) fn has_a_schema(&self) -> Result<()> {
        let of_url = url(&self.common)?.as_deref().and_then(Database::of_url);
        let asked = match self.databases.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        if of_url.or(asked) != Some(Database::MongoDb) {
            return Ok(());
        }
        let what = match self.structs {
            Some(_) => {
                "documents do not say what their collection holds, so no struct can be made of one"
            }
            None => {
                "documents do not say what their collection holds, so nothing can be compared with the models"
            }
        };
        Err(Problem::error(what)
            .help("write structs with `#[colmig(collection = \"...\")]`, and take them as they are with `cargo colmig init --baseline`")
            .into())
    }

    /// Compares, or prints structs; writes nothing.
    pub(super) fn look(
        &self,
        report: Report,
        metadata: &Metadata,
        project: &Project,
        set_up: bool,
    ) -> Result<ExitCode> {
        let packages = project::packages(metadata, &project.root, &project.config.targets);
        let mut models = discover::models(&packages, report)?;
        if set_up {
            models.name_constraints(&History::read(project)?.snapshot);
        }
        if let Some(tables) = &self.structs {
            return self.print_structs(report, metadata, project, &models, tables);
        }
        let adopted = self.compare(report, metadata, project, &models, set_up)?;
        let code = match adopted.fits() {
            true => ExitCode::Done,
            false => ExitCode::No,
        };
        if code == ExitCode::No {
            return Ok(self.refuse(report, project, models.entries().len(), adopted));
        }
        self.json(report, project, models.entries().len(), adopted);
        report.done("Finished", "the models are as their tables are");
        Ok(code)
    }

    /// Asks the database, and tells what it says.
    pub(super) fn compare(
        &self,
        report: Report,
        metadata: &Metadata,
        project: &Project,
        models: &Models,
        set_up: bool,
    ) -> Result<Adopted> {
        let databases = &project.config.databases;
        let sql: Vec<_> = project.config.sql().collect();
        let (schema, said) = self.read(databases, models)?;
        let crates = crates_of(metadata);
        let mut found = Vec::new();
        if !set_up {
            found.extend(remembered(&schema));
        }
        for (discovered, said) in models.iter().zip(&said) {
            found.extend(compare(&discovered.model, &schema, said, &sql, crates));
        }
        let (accepted, differences, notes) = self.judge(found)?;
        let without = schema
            .own_tables()
            .filter(|table| models.of(&table.name).is_none());
        let adopted = Adopted {
            database: schema.database.into(),
            tables_without_model: without.map(|table| table.name.clone()).collect(),
            tools: schema.tools(),
            schema: schema.name,
            differences,
            accepted,
            notes,
            models: models.entries().len(),
        };
        adopted.tell(report, models);
        Ok(adopted)
    }

    /// What is accepted, what is in the way, and what need only be told.
    fn judge(
        &self,
        found: Vec<Difference>,
    ) -> Result<(Vec<Difference>, Vec<Difference>, Vec<Difference>)> {
        let unheard = self.accepted.iter().filter(|id| {
            let mut found = found.iter();
            !found.any(|difference| difference.is_among(id))
        });
        let mut problems: Vec<Problem> = unheard
            .map(|id| {
                Problem::error(format!("`--accept {id}` speaks of nothing that differs"))
                    .help("each difference is told with its id in brackets")
            })
            .collect();
        let (mut accepted, mut differences, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for difference in found {
            let is_accepted = self.accepted.iter().any(|id| difference.is_among(id));
            match (difference.weight, is_accepted) {
                (Weight::Note, _) => notes.push(difference),
                (Weight::Differs, true) => accepted.push(difference),
                (Weight::Blocks, true) => problems.push(
                    Problem::error(format!("`{}` cannot be accepted", difference.id))
                        .note(format!("the accessors would fail: {}", difference.what))
                        .help(difference.remedy()),
                ),
                (_, false) => differences.push(difference),
            }
        }
        match problems.is_empty() {
            true => Ok((accepted, differences, notes)),
            false => Err(Error::wrong(problems)),
        }
    }

    /// The end of a comparison that found something, or nothing to compare.
    pub(super) fn refuse(
        &self,
        report: Report,
        project: &Project,
        models: usize,
        adopted: Adopted,
    ) -> ExitCode {
        if adopted.models == 0 {
            report.held(
                "Nothing",
                "no struct of the project is a model yet: `cargo colmig init --from-database --structs` prints one for \
                 each table, to be copied into the sources",
            );
        } else {
            let one = adopted.differences.len() == 1;
            report.held(
                "Differs",
                format_args!(
                    "{}, and nothing was written: settle {} and give the same command again, or take what is in brackets \
                     as it is with `--accept`",
                    count(adopted.differences.len(), "difference"),
                    if one { "it" } else { "them" }
                ),
            );
        }
        self.json(report, project, models, adopted);
        ExitCode::No
    }

    fn json(&self, report: Report, project: &Project, models: usize, adopted: Adopted) {
        if !self.common_is_json() {
            return;
        }
        report.json(&Initialized {
            written: Vec::new(),
            databases: project.config.databases.clone(),
            models,
            adopted: Some(adopted),
        });
    }

    fn common_is_json(&self) -> bool {
        use crate::command::Verb as _;
        self.wants_json()
    }

    /// The schema, and what the database makes of each model, in their order.
    fn read(&self, databases: &[Database], models: &Models) -> Result<(Schema, Vec<Said>)> {
        let url = url(&self.common)?.ok_or_else(|| {
            Problem::error("no database is named")
                .help("give `--database-url`, set `DATABASE_URL`, or write it into `.env`")
        })?;
        if let Some(database) = Database::of_url(&url)
            && !databases.contains(&database)
        {
            let known: Vec<&str> = databases.iter().map(|database| database.title()).collect();
            return Err(Problem::error(format!(
                "the URL is one of {}, and the project is for {}",
                database.title(),
                known.join(" and ")
            ))
            .help(format!(
                "add `--database {database}`, or give the URL of a database of that kind"
            ))
            .into());
        }
        block_on(async {
            let mut inspector = Inspector::connect(&url).await?;
            let mut schema = inspector.schema().await?;
            let mut said = Vec::new();
            for discovered in models.iter() {
                let model = &discovered.model;
                let Some(table) = schema.table(&model.table) else {
                    said.push(Err(String::new()));
                    continue;
                };
                let again = rereading(table, schema.database);
                let create = rehearsal(model, table, schema.database)
                    .map_err(|refusal| models.locate(refusal))?;
                said.push(inspector.rehearse(&model.table, &create).await?);
                if let Some(again) = again
                    && let Ok(read) = inspector
                        .rehearse(&model.table, std::slice::from_ref(&again))
                        .await?
                {
                    schema.read_again(&read);
                }
            }
            Ok((schema, said))
        })
    }

    fn print_structs(
        &self,
        report: Report,
        metadata: &Metadata,
        project: &Project,
        models: &Models,
        asked: &[String],
    ) -> Result<ExitCode> {
        let databases = &project.config.databases;
        let (schema, _) = self.read(databases, models)?;
        let known: Vec<&Table> = schema.own_tables().collect();
        let tables: Vec<&Table> = match asked {
            [] => {
                let new = |table: &&Table| models.of(&table.name).is_none();
                known.into_iter().filter(new).collect()
            }
            asked => {
                let mut tables = Vec::new();
                for name in asked {
                    let table = known.iter().copied().find(|table| table.name == *name);
                    tables.push(table.ok_or_else(|| Error::from(unknown(name, &known)))?);
                }
                tables
            }
        };
        let sql: Vec<_> = project.config.sql().collect();
        let text = structs(&schema, &tables, &sql, crates_of(metadata));
        if self.common_is_json() {
            let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
            report.json(&serde_json::json!({ "tables": names, "structs": text }));
        } else if !text.is_empty() {
            report.data(text.trim_end());
        }
        report.done(
            "Finished",
            format_args!("{} printed", count(tables.len(), "struct")),
        );
        if !tables.is_empty() {
            report.done(
                "Next",
                "copy what is to be a model into the sources, and run `cargo colmig init --from-database`",
            );
        }
        Ok(ExitCode::Done)
    }
}

impl Adopted {
    /// In words, each difference with its place in the sources.
    fn tell(&self, report: Report, models: &Models) {
        for tool in &self.tools {
            report.done(
                "Found",
                format_args!(
                    "`{}` of {}: it stays as it is; what a model has is changed by its struct from here on",
                    tool.table, tool.name
                ),
            );
        }
        for difference in &self.differences {
            let problem = Problem::error(format!("{} [{}]", difference.what, difference.id))
                .help(difference.remedy());
            let place = models.place(&difference.table, difference.column.as_deref());
            report.problem(&Problem { place, ..problem });
        }
        let accepted = self
            .accepted
            .iter()
            .map(|difference| difference.what.as_str());
        report.list("Accepted", accepted);
        let notes: Vec<String> = self.notes.iter().map(in_a_line).collect();
        report.list("Note", notes.iter().map(String::as_str));
        let tables = &self.tables_without_model;
        if !tables.is_empty() && self.models > 0 {
            let names: Vec<String> = tables
                .iter()
                .take(SHOWN)
                .map(|name| format!("`{name}`"))
                .collect();
            let more = match tables.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            report.done(
                "Note",
                format_args!(
                    "{} without a model, left alone: {}{more}; `--structs` prints structs",
                    count(tables.len(), "table"),
                    names.join(", ")
                ),
            );
        }
    }
}

fn in_a_line(note: &Difference) -> String {
    match note.remedy().as_str() {
        "" => note.what.clone(),
        remedy => format!("{}: {remedy}", note.what),
    }
}

fn unknown(name: &str, known: &[&Table]) -> Problem {
    let problem = Problem::error(format!("there is no table `{name}`"));
    let names = known.iter().map(|table| table.name.as_str());
    match colmig_schema::nearest(name, names) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`--structs` alone prints all that have no model"),
    }
}

/// The crates that the workspace has for times and decimals.
fn crates_of(metadata: &Metadata) -> Crates {
    let packages = metadata.workspace_packages();
    let has = |name: &str| {
        packages
            .iter()
            .flat_map(|package| &package.dependencies)
            .any(|dependency| {
                let through = matches!(dependency.name.as_str(), "sqlx" | "colmig");
                dependency.name == name
                    || (through && dependency.features.iter().any(|feature| feature == name))
            })
    };
    Crates {
        time: has("time") && !has("chrono"),
        bigdecimal: has("bigdecimal") && !has("rust_decimal"),
    }
}

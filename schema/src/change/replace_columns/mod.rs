//! Columns that take the place of others: renamed, of another type, computed, split, merged.

mod key;
mod rules;

use crate::capability::DefaultForm;
use crate::model::{Column, Model, bounded_name};
use crate::record::{Flight, Legacy};
use crate::sql;
use crate::step::{Action, Conversion, Key, Mirror, Mirrored, NewColumn, PlannedStep, Rekeyed};
use crate::{Database, Phase, Sql, Template};

use super::constrain::Constrained;
use super::{Change, Flights, Refusal, comment_columns, index, of_tables};
pub use key::Led;
use rules::Resolved;

/// Columns of one table that take the place of others, all of which belong together: one
/// for one, one for several, or several for one.
#[derive(Clone, Debug)]
pub struct ReplaceColumns {
    old: Model,
    new: Model,
    targets: Vec<Column>,
    legacy: Vec<Column>,
    mirrored: bool,
    led: Option<Led>,
    referring: Vec<(String, String)>,
}

impl ReplaceColumns {
    /// The columns `targets` of the model `new`, which take the place of `legacy` of `old`.
    pub fn new(old: Model, new: Model, targets: Vec<Column>, legacy: Vec<Column>) -> Self {
        ReplaceColumns {
            old,
            new,
            targets,
            legacy,
            mirrored: true,
            led: None,
            referring: Vec::new(),
        }
    }

    /// Says that the foreign key of the target leads to what that of legacy led to.
    #[must_use]
    pub fn leading(mut self, led: Option<Led>) -> Self {
        self.led = led;
        self
    }

    /// Names the columns, each with its table, whose foreign keys refer to legacy and leave it in
    /// the same migration.
    #[must_use]
    pub fn referred_by(mut self, referring: impl IntoIterator<Item = (String, String)>) -> Self {
        self.referring = referring.into_iter().collect();
        self
    }

    /// Whether a trigger serves the writers that are no accessors.
    #[must_use]
    pub fn mirrored(mut self, mirrored: bool) -> Self {
        self.mirrored = mirrored;
        self
    }

    fn refuse(&self, at: &Column, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.new.table.clone()),
            column: Some(at.name.clone()),
            what: format!(
                "cannot put {} in the place of {} in `{}`",
                names(&self.targets),
                names(&self.legacy),
                self.new.table
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// Refuses what no rule can make up for.
    fn possible(&self, database: Sql) -> Result<(), Refusal> {
        self.key_is_possible(database)?;
        self.reference_is_possible(database)?;
        for target in &self.targets {
            if target.ty.sql(database).is_none() {
                return Err(self.refuse(
                    target,
                    format!("its type has no counterpart in {}", database.title()),
                    format!("name one: #[colmig(sql_type({database} = \"...\"))]"),
                ));
            }
        }
        for index in self.targets.iter().flat_map(Column::indexes) {
            index::fits(&index, &self.new, database)?;
        }
        let at = self.at();
        for legacy in &self.legacy {
            let name = &legacy.name;
            if database == Sql::Sqlite && legacy.check.is_some() {
                return Err(self.refuse(
                    at,
                    format!("`{name}` has a check, and SQLite drops no column that a check reads"),
                    "add the new column beside it with `backfill`, or rebuild the table by hand",
                ));
            }
        }
        Ok(())
    }

    /// Refuses a check, of the table or of another column, that reads a legacy column: it
    /// would go with the column, or keep it from going.
    fn checks_stay(&self, database: Sql) -> Result<(), Refusal> {
        let every: Vec<&str> = self
            .old
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let own = |column: &&Column| self.legacy.contains(column);
        let of_columns = self.old.columns.iter().filter(|column| !own(column));
        let of_columns = of_columns.filter_map(|column| column.check.as_ref());
        let of_table = self.old.checks.iter().map(|check| &check.condition);
        for text in of_columns
            .chain(of_table)
            .filter_map(|check| check.get(database))
        {
            let read = sql::expression(text, &every, database).map(|read| read.template);
            let legacy = |name: &str| self.legacy.iter().any(|legacy| legacy.name == name);
            if let Some(name) = read
                .iter()
                .flat_map(Template::columns)
                .find(|name| legacy(name))
            {
                return Err(self.refuse(
                    self.at(),
                    format!("the check `{text}` reads `{name}`, and would go with it"),
                    "drop the check first, by hand and in the struct, and add it again over the new column",
                ));
            }
        }
        Ok(())
    }

    /// The target at which to tell what is wrong with all of them.
    fn at(&self) -> &Column {
        // Made of at least one by the comparison of the models.
        self.targets.first().unwrap_or(&self.new.columns[0])
    }

    /// What fills in a required legacy column where, without a trigger, accessors write the
    /// target alone in `contract`, and the column is still there.
    fn fillings(&self, database: Sql) -> Result<Vec<Action>, Refusal> {
        if database.capabilities().default != DefaultForm::Altered {
            // The accessors find out which of their two statements fits.
            return Ok(Vec::new());
        }
        let open = |column: &&Column| !column.nullable && column.default.is_none();
        self.legacy
            .iter()
            .filter(open)
            .map(|legacy| {
                let empty = legacy.ty.empty(database).filter(|_| !legacy.unique);
                let empty = empty.ok_or_else(|| {
                    self.refuse(
                        self.at(),
                        format!(
                            "`{}` is required, and without triggers nothing fills it in while contract begins",
                            legacy.name
                        ),
                        "leave the trigger on (`triggers = true` in colmig.toml), or give the column a default first",
                    )
                })?;
                Ok(Action::SetDefault {
                    table: self.new.table.clone(),
                    column: legacy.name.clone(),
                    default: Template::literal(empty),
                    before: None,
                })
            })
            .collect()
    }

    /// Whether functions of the application convert.
    fn is_in_rust(&self) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|target| target.transition.in_rust().is_some())
    }

    /// What the application does, if it does.
    fn conversion(&self) -> Option<Conversion> {
        let (target, legacy) = self.pair()?;
        let (up, _) = target.transition.in_rust()?;
        Some(Conversion {
            model: self.new.name.clone(),
            table: self.new.table.clone(),
            read: vec![legacy.name.clone()],
            target: target.name.clone(),
            up: up.to_owned(),
            fills: false,
        })
    }

    /// The only column on each side.
    fn pair(&self) -> Option<(&Column, &Column)> {
        match (self.targets.as_slice(), self.legacy.as_slice()) {
            ([target], [legacy]) => Some((target, legacy)),
            _ => None,
        }
    }

    fn mirror(&self, resolved: &Resolved<'_>, rekeyed: Option<Rekeyed>) -> Mirror {
        let first = &self.at().name;
        Mirror {
            name: bounded_name(&format!("colmig_mirror_{}_{first}", self.new.table)),
            has_trigger: self.is_covered(),
            table: self.new.table.clone(),
            key: self.standing_key(),
            targets: resolved
                .targets
                .iter()
                .map(|target| Mirrored {
                    column: target.column.name.clone(),
                    ty: target.column.ty.clone(),
                    value: target.safe.clone(),
                    default: None,
                    required: false,
                    resists: target.resists.clone(),
                    unfit: target.unfit.clone(),
                    indexes: Vec::new(),
                })
                .collect(),
            legacy: resolved
                .legacy
                .iter()
                .map(|(legacy, down, default)| Mirrored {
                    column: legacy.name.clone(),
                    ty: legacy.ty.clone(),
                    value: down.clone(),
                    default: default.clone(),
                    required: !legacy.nullable,
                    resists: None,
                    unfit: None,
                    indexes: index::reading(&self.old, &legacy.name),
                })
                .collect(),
            rules: resolved
                .targets
                .iter()
                .filter_map(|target| target.rule.clone())
                .collect(),
            rekeyed,
            refers: self.pair().and_then(|(_, legacy)| {
                let to = legacy.references.as_ref()?;
                Some(to.table.clone())
            }),
        }
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("`{}`", column.name))
        .collect();
    names.join(", ")
}

impl Change for ReplaceColumns {
    fn kind(&self) -> &'static str {
        "replace_columns"
    }

    fn table(&self) -> &str {
        &self.new.table
    }

    fn columns(&self) -> Vec<&str> {
        self.targets
            .iter()
            .map(|target| target.name.as_str())
            .collect()
    }

    fn replaces(&self) -> Vec<&str> {
        self.legacy
            .iter()
            .map(|legacy| legacy.name.as_str())
            .collect()
    }

    fn rekeys(&self) -> Option<&str> {
        let (_, legacy) = self.pair().filter(|(target, _)| target.primary_key)?;
        Some(&legacy.name)
    }

    fn is_covered(&self) -> bool {
        // A trigger knows no rule in Rust.
        self.mirrored && !self.is_in_rust()
    }

    fn summary(&self) -> String {
        let by_whom = if self.is_in_rust() { ", in Rust" } else { "" };
        let renamed = self
            .pair()
            .is_some_and(|(target, legacy)| target.ty == legacy.ty)
            && self.at().transition.replaces.is_none();
        let verb = if renamed { "rename" } else { "replace" };
        let by = if renamed { "to" } else { "by" };
        format!(
            "{verb} {} of `{}` {by} {}{by_whom}",
            names(&self.legacy),
            self.new.table,
            names(&self.targets)
        )
    }

    fn slug(&self) -> String {
        format!("{}_{}", self.new.table, self.at().name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let resolved = self.resolve(database)?;
        let rekeyed = self.rekeyed(database);
        let mirror = self.mirror(&resolved, rekeyed.clone());
        let mut steps = Vec::new();
        let step = |phase, action| PlannedStep { phase, action };
        if let Some(key) = &rekeyed {
            steps.push(step(Phase::Expand, Action::CheckKey(key.clone())));
        }
        for rule in &mirror.rules {
            steps.push(step(Phase::Expand, Action::CreateRule(rule.clone())));
        }
        for target in &self.targets {
            let column = NewColumn {
                table: self.new.table.clone(),
                name: target.name.clone(),
                ty: target.ty.clone(),
                not_null: false,
                default: None,
                key: self.standing_key(),
                comment: target.comment.clone(),
                unwritten: None,
            };
            steps.push(step(Phase::Expand, Action::AddColumn(column)));
            steps.extend(comment_columns::of_new(&self.new.table, target, database));
        }
        if self.is_covered() {
            steps.push(step(Phase::DualWrite, Action::CreateMirror(mirror.clone())));
        } else {
            let fillings = self.fillings(database)?.into_iter();
            steps.extend(fillings.map(|action| step(Phase::SwitchReads, action)));
        }
        match self.conversion() {
            // What the function gives, no statement can compare: the worker's last pass does.
            Some(conversion) => steps.push(step(Phase::Backfill, Action::Convert(conversion))),
            None => {
                steps.push(step(Phase::Backfill, Action::Converge(mirror.clone())));
                steps.push(step(Phase::Constrain, Action::Compare(mirror.clone())));
            }
        }
        for target in &resolved.targets {
            let constrained = Constrained {
                model: &self.new,
                column: target.column,
                required: !target.column.nullable,
                check: target.check.as_ref(),
            };
            steps.extend(constrained.steps(database));
            if let Some(key) = &rekeyed {
                steps.extend(self.key_steps(key));
            }
            steps.extend(constrained.takes_over(target.default.clone(), database));
        }
        steps.extend(self.carried());
        steps.push(step(Phase::Contract, Action::DropLegacy(vec![mirror])));
        Ok(steps)
    }

    fn row_key(&self) -> Vec<Key> {
        self.standing_key()
    }

    fn flights(&self, migration: &str, databases: &[Database]) -> Result<Flights, Refusal> {
        let mut resolved = Vec::with_capacity(databases.len());
        for database in databases {
            resolved.push((*database, self.resolve(of_tables(self, *database)?)?));
        }
        let legacy: Vec<Legacy> = self
            .legacy
            .iter()
            .enumerate()
            .map(|(position, legacy)| Legacy {
                column: legacy.name.clone(),
                down: resolved
                    .iter()
                    .map(|(database, resolved)| (*database, resolved.legacy[position].1.clone()))
                    .collect(),
            })
            .collect();
        let flight = |(position, target): (usize, &Column)| {
            let fallback = resolved
                .iter()
                .map(|(database, resolved)| (*database, resolved.targets[position].up.clone()))
                .collect();
            let flight = Flight {
                migration: migration.to_owned(),
                fingerprint: target.transition_fingerprint(),
                fallback,
                null_is_old: false,
                legacy: legacy.clone(),
                in_rust: self.is_in_rust(),
                alike: self.is_alike(),
                leaves: false,
                alters: None,
            };
            (target.name.clone(), flight)
        };
        Ok(self.targets.iter().enumerate().map(flight).collect())
    }
}

//! The rules between the two sides: what people said, or what follows from the types.

use crate::model::{Column, ColumnType, Dialected, bounded_name};
use crate::sql::{self, Expression};
use crate::step::{Condition, Rule};
use crate::{Sql, Template};

use super::{ReplaceColumns, names};
use crate::change::Refusal;
use crate::change::constrain::argument;
use crate::change::convert::convert;

/// One target on one database.
pub(super) struct Target<'a> {
    pub(super) column: &'a Column,
    /// Its value over the legacy columns, as a read says it.
    pub(super) up: Template,
    /// The same, which gives NULL where that would fail.
    pub(super) safe: Template,
    /// The function that makes the difference, where there is one.
    pub(super) rule: Option<Rule>,
    /// The rows that are not done though the column holds what the rule gives.
    pub(super) resists: Option<Template>,
    /// The rows of which the rule makes nothing, though it should make something.
    pub(super) unfit: Option<Template>,
    pub(super) default: Option<Template>,
    pub(super) check: Option<Condition>,
}

pub(super) struct Resolved<'a> {
    pub(super) targets: Vec<Target<'a>>,
    pub(super) legacy: Vec<(&'a Column, Template, Option<Template>)>,
}

impl ReplaceColumns {
    fn expression(
        &self,
        at: &Column,
        attribute: &str,
        text: &Dialected,
        columns: &[Column],
        database: Sql,
    ) -> Result<Expression, Refusal> {
        let Some(text) = text.get(database) else {
            return Err(self.refuse(
                at,
                format!("`{attribute}` says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `{attribute}(...)`"),
            ));
        };
        let may_read: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let expression = sql::expression(text, &may_read, database).map_err(|error| {
            let remedy = match may_read.as_slice() {
                [] => "write an SQL expression without columns".to_owned(),
                names => format!(
                    "write an SQL expression of {} over `{}`",
                    database.title(),
                    names.join("`, `")
                ),
            };
            self.refuse(at, format!("`{attribute}` {error}"), remedy)
        })?;
        match &expression.volatile {
            Some(function) if attribute != "default" => Err(self.refuse(
                at,
                format!("`{attribute}` calls `{function}`, which gives another value each time"),
                "use a rule that follows from the columns alone",
            )),
            _ => Ok(expression),
        }
    }

    /// The value of a target over the legacy columns; whether it may fail for one of theirs,
    /// and whether it is a conversion of colmig's own.
    fn up(&self, target: &Column, database: Sql) -> Result<(Template, bool, bool), Refusal> {
        let replaces = target.transition.replaces.as_ref();
        if let (Some(_), Some((_, legacy))) = (target.transition.in_rust(), self.pair()) {
            // SQL says which column there is to be converted, and no more.
            return Ok((Template::column(&legacy.name), false, false));
        }
        if let Some(up) = replaces.and_then(|replaces| replaces.up.as_ref()) {
            let read = self.expression(target, "up", up, &self.legacy, database)?;
            let from_text = self
                .legacy
                .iter()
                .any(|legacy| legacy.ty == ColumnType::Text);
            if database == Sql::Sqlite && read.bare_cast && from_text {
                return Err(self.refuse(
                    target,
                    "`up` casts text, and SQLite makes 0 of text that is no number: what such a row held would be lost",
                    "leave `up` and `down` out where the types say what is meant; or cast under a condition, \
                     `CASE WHEN x GLOB ... THEN CAST(x AS ...) END`, which gives NULL for all other rows",
                ));
            }
            let up = cast(read.template.clone(), target, &self.legacy, database);
            // The cast may fail though the rule does not: everything is a text, and no text
            // has to be a number.
            let may_fail = read.may_fail || (up != read.template && target.ty != ColumnType::Text);
            return Ok((up, may_fail, false));
        }
        let converted = self.pair().and_then(|(target, legacy)| {
            let types = [legacy, target].map(|column| self.as_converted(column, database));
            convert(&legacy.name, &types[0], &types[1], database)
        });
        match converted {
            Some(up) => Ok((up, false, true)),
            None => Err(self.refuse(
                target,
                "nothing says what it holds: several columns are involved, or types without a conversion of colmig's own",
                "add `up = \"...\"`, an SQL expression over the columns that it replaces",
            )),
        }
    }

    /// The value of a legacy column over the targets.
    fn down(&self, legacy: &Column, database: Sql) -> Result<Template, Refusal> {
        if let Some((target, _)) = self.pair().filter(|_| self.is_in_rust()) {
            return Ok(Template::column(&target.name));
        }
        let said: Vec<(&Column, &Dialected)> = self
            .targets
            .iter()
            .filter_map(|target| {
                let replaces = target.transition.replaces.as_ref()?;
                Some((target, replaces.down.get(&legacy.name)?))
            })
            .collect();
        match said.as_slice() {
            [(target, down)] => {
                let read = self.expression(target, "down", down, &self.targets, database)?;
                return Ok(cast(read.template, legacy, &self.targets, database));
            }
            [_, (second, _), ..] => {
                return Err(self.refuse(
                    second,
                    format!("`down` for `{}` stands on several fields", legacy.name),
                    "leave it on one of them",
                ));
            }
            [] => {}
        }
        let Some((target, _)) = self.pair() else {
            return Err(self.refuse(
                self.at(),
                format!(
                    "nothing says what `{}` holds, which builds of before go on reading",
                    legacy.name
                ),
                format!(
                    "add `down({} = \"...\")`, an SQL expression over {}",
                    legacy.name,
                    names(&self.targets)
                ),
            ));
        };
        let no_rule = |target: &Column| {
            self.refuse(
                target,
                format!(
                    "nothing says what `{}` holds, which builds of before go on reading",
                    legacy.name
                ),
                format!(
                    "add `down = \"...\"`, an SQL expression over `{}`",
                    target.name
                ),
            )
        };
        if target
            .transition
            .replaces
            .as_ref()
            .is_some_and(|replaces| replaces.up.is_some())
        {
            return Err(no_rule(target));
        }
        if target.nullable && !legacy.nullable {
            return Err(self.refuse(
                target,
                format!(
                    "it may be NULL and `{}` may not, so builds of before could not be told of a NULL",
                    legacy.name
                ),
                "make the field required; or say with `down` what legacy holds then, such as `COALESCE(...)`",
            ));
        }
        let types = [target, legacy].map(|column| self.as_converted(column, database));
        convert(&target.name, &types[0], &types[1], database).ok_or_else(|| no_rule(target))
    }

    pub(super) fn resolve(&self, database: Sql) -> Result<Resolved<'_>, Refusal> {
        self.possible(database)?;
        self.checks_stay(database)?;
        if self.is_in_rust() && self.pair().is_none() {
            return Err(self.refuse(
                self.at(),
                "a rule in Rust (`up_fn`, `down_fn`) takes one column for one",
                "merge or split the columns by `up` and `down`, in SQL, and convert what comes of it in a migration of its own",
            ));
        }
        let targets = self
            .targets
            .iter()
            .map(|target| self.target(target, database))
            .collect::<Result<_, _>>()?;
        let legacy = self
            .legacy
            .iter()
            .map(|legacy| {
                let default = legacy.default.as_ref().and_then(|text| text.get(database));
                let down = self.down(legacy, database)?;
                Ok((legacy, down, default.map(Template::literal)))
            })
            .collect::<Result<_, Refusal>>()?;
        Ok(Resolved { targets, legacy })
    }

    fn target<'a>(&'a self, column: &'a Column, database: Sql) -> Result<Target<'a>, Refusal> {
        let (up, may_fail, converted) = self.up(column, database)?;
        // SQLite's expressions do not fail for what a row holds.
        let rule = (may_fail && database == Sql::Postgres).then(|| Rule {
            name: bounded_name(&format!("colmig_up_{}_{}", self.new.table, column.name)),
            arguments: self.legacy.iter().map(argument).collect(),
            ty: column.ty.clone(),
            value: up.clone(),
        });
        let is_null = |column: &str, is: &str| {
            let mut condition = Template::column(column);
            condition.push_text(is);
            condition
        };
        let mut empty = is_null(&column.name, " IS NULL");
        let mut resists = match (column.nullable, converted) {
            (false, _) => Some(empty),
            // Nothing was left out on purpose by a conversion that nobody wrote.
            (true, true) => {
                for legacy in &self.legacy {
                    empty.push_text(" AND ");
                    empty.push(&is_null(&legacy.name, " IS NOT NULL"));
                }
                Some(empty)
            }
            (true, false) => None,
        };
        let safe = rule.as_ref().map_or_else(|| up.clone(), Rule::call);
        let unfit = resists.as_ref().map(|empty| {
            let of_rule = |name: &str| match name == column.name {
                true => safe.clone(),
                false => Template::column(name),
            };
            empty.substitute(of_rule)
        });
        if let (false, Some(classes)) = (converted, storage_classes(&column.ty, database)) {
            // SQLite stores what a rule gives, whatever type the column has.
            let mut other = Template::literal("typeof(");
            other.push_column(&column.name);
            other.push_text(&format!(") NOT IN ({classes}, 'null')"));
            resists = Some(match resists {
                Some(mut resists) => {
                    resists.push_text(" OR ");
                    resists.push(&other);
                    resists
                }
                None => other,
            });
        }
        let default = match &column.default {
            Some(default) => Some(
                self.expression(column, "default", default, &[], database)?
                    .template,
            ),
            None => None,
        };
        let check = match &column.check {
            Some(check) => Some(Condition {
                table: self.new.table.clone(),
                name: self.new.check_name(&column.name).unwrap_or_default(),
                holds: self
                    .expression(column, "check", check, &self.settled(column), database)?
                    .template,
            }),
            None => None,
        };
        Ok(Target {
            column,
            safe,
            up,
            rule,
            resists,
            unfit,
            default,
            check,
        })
    }

    /// The columns that a check of `column` may read: those that are there for good, and it.
    fn settled(&self, column: &Column) -> Vec<Column> {
        let settled = |other: &&Column| other.transition.is_empty() || other.name == column.name;
        self.new.columns.iter().filter(settled).cloned().collect()
    }
}

/// How SQLite stores the values of a type, where another storage class is another type to
/// whoever reads it; none for databases whose columns hold their own type only.
fn storage_classes(ty: &ColumnType, database: Sql) -> Option<&'static str> {
    match (database, ty) {
        (Sql::Postgres | Sql::MariaDb, _) => None,
        (
            Sql::Sqlite,
            ColumnType::Bool | ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt,
        ) => Some("'integer'"),
        (Sql::Sqlite, ColumnType::Real | ColumnType::Double) => Some("'real', 'integer'"),
        (Sql::Sqlite, ColumnType::Bytes | ColumnType::Uuid) => Some("'blob'"),
        (Sql::Sqlite, _) => None,
    }
}

/// `rule` as the type that `column` has; a column of that type is one already.
fn cast(rule: Template, column: &Column, over: &[Column], database: Sql) -> Template {
    let same = |other: &Column| rule.as_column() == Some(&other.name) && other.ty == column.ty;
    let named = !column.ty.is_custom();
    match column.ty.sql(database) {
        Some(ty) if database == Sql::Postgres && named && !over.iter().any(same) => {
            let mut cast = Template::literal("CAST(");
            cast.push(&rule);
            cast.push_text(&format!(" AS {ty})"));
            cast
        }
        _ => rule,
    }
}

//! A column that is there, and whose type is widened in place.
//!
//! What one word in the catalogue does is done in `expand`: builds of before go on, for they read
//! the column without its size. Everything else is another column, which takes the place.

use crate::capability::WideningForm;
use crate::model::{Column, ColumnType, Dialected, IndexPart, Indexed, Lengthening, Lengthy};
use crate::model::{Model, Sized, stored_alike};
use crate::step::{Action, Definition, PlannedStep, Widening};
use crate::{Database, Phase, Sql, sql};

use super::{Change, Flights, Refusal, index, of_tables};

/// Another type of a column.
#[derive(Clone, Debug)]
pub struct ChangeType {
    model: Model,
    before: Column,
    column: Column,
    others: Vec<String>,
}

/// What another type is to one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The same by another name, or nothing that the database keeps.
    Same,
    /// One that holds all that the other holds, in the same bytes.
    Wider(Sized, Sized),
    /// The same, where the column is defined anew.
    Longer,
    /// One that holds more, with every row written anew. Why.
    Anew(&'static str),
    /// One that holds less than the other.
    Narrower(Sized),
    /// Another one.
    Other,
}

impl ChangeType {
    /// The type of `column`, as it will be, where it was that of `before`; `model` is the table
    /// as it is.
    pub fn new(model: Model, before: Column, column: Column) -> Self {
        ChangeType {
            model,
            before,
            column,
            others: Vec::new(),
        }
    }

    /// Names the tables that foreign keys over the column join to its own.
    #[must_use]
    pub fn joined_to(mut self, others: impl IntoIterator<Item = String>) -> Self {
        self.others = others.into_iter().collect();
        self
    }

    /// Whether a database may take the one type for the other: of what colmig names itself only
    /// integers, which some databases store alike whatever their size.
    pub(crate) fn may_be(before: &Column, column: &Column) -> bool {
        let size = |ty: &ColumnType| match ty {
            ColumnType::SmallInt => Some(2),
            ColumnType::Integer => Some(4),
            ColumnType::BigInt => Some(8),
            _ => None,
        };
        let grows = size(&before.ty).is_some_and(|before| size(&column.ty) > Some(before));
        before.ty != column.ty && (before.ty.is_custom() || column.ty.is_custom() || grows)
    }

    fn verdict(&self, database: Sql) -> Verdict {
        let (Some(from), Some(to)) = (self.before.ty.sql(database), self.column.ty.sql(database))
        else {
            return Verdict::Other;
        };
        let words = |text: &str| {
            let words = text.split_whitespace().map(str::to_ascii_lowercase);
            words.collect::<Vec<_>>()
        };
        let form = database.capabilities().widening;
        if form == WideningForm::Redefined
            && let (Some(from), Some(to)) = (Lengthy::parse(from), Lengthy::parse(to))
        {
            // Values that are listed are told apart by the case of their letters.
            return match from.to(&to) {
                None if from == to => Verdict::Same,
                None => Verdict::Other,
                Some(Lengthening::InPlace) => Verdict::Longer,
                Some(Lengthening::Anew(why)) => Verdict::Anew(why),
            };
        }
        if words(from) == words(to) {
            return Verdict::Same;
        }
        match form {
            WideningForm::Altered => match (Sized::parse(from), Sized::parse(to)) {
                (Some(from), Some(to)) if from == to => Verdict::Same,
                (Some(from), Some(to)) if from.widens_to(to) => Verdict::Wider(from, to),
                (Some(from), Some(to)) if to.widens_to(from) => Verdict::Narrower(to),
                _ => Verdict::Other,
            },
            WideningForm::Sizeless if stored_alike(from, to) => Verdict::Same,
            WideningForm::Redefined | WideningForm::Sizeless => Verdict::Other,
        }
    }

    fn refuse(&self, database: Sql, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        let name = &self.column.name;
        let of = |column: &Column| column.ty.sql(database).unwrap_or("none").to_owned();
        Refusal {
            table: Some(self.model.table.clone()),
            column: Some(name.clone()),
            what: format!(
                "cannot change the type of `{name}` of `{}` in place, from `{}` to `{}`",
                self.model.table,
                of(&self.before),
                of(&self.column)
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// The attributes that put a column in the place of this one.
    fn replaced(&self) -> String {
        let name = &self.column.name;
        let said = |text: &Dialected| match text {
            Dialected::Same(text) => format!(", sql_type = \"{text}\""),
            Dialected::Each(_) => ", sql_type(...)".to_owned(),
        };
        let ty = match &self.column.ty {
            ColumnType::Custom(text) => said(text),
            ColumnType::Enum(listed) => said(&listed.sql_type) + ", values(...)",
            _ => String::new(),
        };
        format!("#[colmig(column = \"{name}_2\", replaces = \"{name}\"{ty})]")
    }

    /// Why PostgreSQL cannot make the one type of the other by a word.
    fn refuse_postgres(&self, verdict: Verdict) -> Refusal {
        let name = &self.column.name;
        let refuse = |why: &str, remedy: String| self.refuse(Sql::Postgres, why, remedy);
        let size = match verdict {
            Verdict::Narrower(Sized::Varchar(None)) => {
                return refuse(
                    "both hold the same values, and a statement that a build of before has prepared fails when the type changes",
                    "leave the type as it is".to_owned(),
                );
            }
            Verdict::Narrower(Sized::Varchar(size)) => size,
            _ => None,
        };
        let why = "the whole table would be written anew while nobody can read or write it";
        match (size, verdict) {
            (Some(size), _) => refuse(
                why,
                format!(
                    "leave the type as it is, and say what may stand in it: check = \"length({name}) <= {size}\"; or put a \
                     column in its place, which rows that do not fit hold until they are mended: {}; the field stays",
                    self.replaced()
                ),
            ),
            (None, Verdict::Narrower(_)) => refuse(
                why,
                format!(
                    "put a column in its place, which rows that do not fit hold until they are mended: {}; the field stays",
                    self.replaced()
                ),
            ),
            _ => refuse(
                "its values would be written anew, row by row, while nobody can read or write the table",
                format!(
                    "put a column in its place: {}, with `up` and `down` if the types do not say how; the field stays",
                    self.replaced()
                ),
            ),
        }
    }

    /// The column as it is, with a type that holds more. The default becomes another by a step of
    /// its own, if it does.
    fn redefine(&self, database: Sql) -> Result<Vec<PlannedStep>, Refusal> {
        let name = &self.column.name;
        let mut model = self.model.clone();
        for column in model
            .columns
            .iter_mut()
            .filter(|column| column.name == *name)
        {
            column.ty = self.column.ty.clone();
        }
        let refers = |column: &Column| {
            let to = column.references.as_ref();
            to.is_some_and(|to| to.table == model.table && to.column == *name)
        };
        let is_joined = self.before.references.is_some() || !self.others.is_empty();
        if is_joined || model.columns.iter().any(refers) {
            return Err(self.refuse(
                database,
                format!(
                    "a foreign key joins it to another column, and {} changes the type of neither",
                    database.title()
                ),
                format!(
                    "take the foreign key out first, in a migration of its own, change both types, and bring it back in a later one; or put a \
                     column in its place: {}",
                    self.replaced()
                ),
            ));
        }
        for index in model.all_indexes() {
            if index::columns(&index, &model).contains(name) {
                index::fits(&index, &model, database)?;
            }
        }
        Ok(vec![PlannedStep {
            phase: Phase::Expand,
            action: Action::RedefineColumn {
                table: self.model.table.clone(),
                column: name.clone(),
                nullable: self.before.nullable,
                definition: Definition {
                    ty: self.column.ty.clone(),
                    default: self.before.default.clone(),
                    comment: self.column.comment.clone(),
                },
            },
        }])
    }

    /// What the model has over the column that would be gone through, or written anew, under a
    /// lock that nobody passes.
    fn in_the_way(&self) -> Option<Refusal> {
        let name = &self.column.name;
        let every: Vec<&str> = self
            .model
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let of_columns = self.model.columns.iter();
        let of_columns = of_columns.filter_map(|column| column.check.as_ref());
        let of_table = self.model.checks.iter().map(|check| &check.condition);
        let check = of_columns.chain(of_table).find_map(|check| {
            let text = check.get(Sql::Postgres)?;
            let read = sql::expression(text, &every, Sql::Postgres).ok()?;
            read.template
                .columns()
                .any(|column| column == name)
                .then_some(text)
        });
        if let Some(check) = check {
            return Some(self.refuse(
                Sql::Postgres,
                format!(
                    "PostgreSQL would hold the check `{check}` against every row while nobody can read or write the table"
                ),
                format!(
                    "take the check out first, in a migration of its own, and bring it back in a later one; or put a column in \
                     its place: {}",
                    self.replaced()
                ),
            ));
        }
        let plain = |part: &IndexPart| matches!(part.on, Indexed::Column(_));
        let rebuilt = self.model.all_indexes().into_iter().find(|over| {
            let rebuilt = over.only.is_some() || !over.parts.iter().all(plain);
            rebuilt && index::columns(over, &self.model).contains(name)
        })?;
        Some(self.refuse(
            Sql::Postgres,
            format!(
                "PostgreSQL would build the {} over {} anew while nobody can read or write the table, as it does with every index \
                 over an expression or of some rows",
                index::kind(&rebuilt),
                index::over(&rebuilt)
            ),
            format!(
                "take the index out first, in a migration of its own, and bring it back in a later one; or put a column in its \
                 place: {}",
                self.replaced()
            ),
        ))
    }
}

impl Change for ChangeType {
    fn kind(&self) -> &'static str {
        "change_type"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn widens(&self) -> Option<&str> {
        let is_wider = matches!(self.verdict(Sql::Postgres), Verdict::Wider(..));
        is_wider.then_some(self.column.name.as_str())
    }

    fn summary(&self) -> String {
        format!(
            "change the type of `{}` of `{}` in place",
            self.column.name, self.model.table
        )
    }

    fn slug(&self) -> String {
        format!("{}_{}_type", self.model.table, self.column.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let form = database.capabilities().widening;
        let (from, to) = match (self.verdict(database), form) {
            (Verdict::Same, _) => return Ok(Vec::new()),
            (Verdict::Wider(from, to), _) => (from, to),
            (Verdict::Longer, _) => return self.redefine(database),
            (verdict, WideningForm::Altered) => return Err(self.refuse_postgres(verdict)),
            (verdict, WideningForm::Redefined | WideningForm::Sizeless) => {
                let why = match (verdict, form) {
                    (Verdict::Anew(why), _) => {
                        format!("{why}: the server would copy the whole table, for which writers wait")
                    }
                    (_, WideningForm::Sizeless) => {
                        format!("{} cannot alter a column", database.title())
                    }
                    _ => "most types become another by a copy of the whole table, for which writers wait"
                        .to_owned(),
                };
                return Err(self.refuse(
                    database,
                    why,
                    format!(
                        "put a column in its place: {}, with `up` and `down` if the types do not say how; the field stays",
                        self.replaced()
                    ),
                ));
            }
        };
        if let Some(refusal) = self.in_the_way() {
            return Err(refusal);
        }
        let (table, column) = (self.model.table.clone(), self.column.name.clone());
        let ty = self.column.ty.sql(database).unwrap_or_default().to_owned();
        let step = |action| PlannedStep {
            phase: Phase::Expand,
            action,
        };
        Ok(vec![
            step(Action::WidenColumn(Widening {
                table: table.clone(),
                column: column.clone(),
                from,
                to,
                ty,
                others: self.others.clone(),
            })),
            step(Action::AnalyzeColumn { table, column }),
        ])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests;

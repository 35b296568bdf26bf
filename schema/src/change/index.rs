//! What an index is on one database, and what it reads.

use crate::capability::Indexing;
use crate::model::{Dialected, Index, Indexed, Model, Nulls};
use crate::step::{TableIndex, TableIndexPart};
use crate::{Sql, Template, sql};

mod length;

use super::Refusal;

pub(super) use length::fits;

/// What PostgreSQL's own methods can do beyond finding rows by one value: be unique and sorted,
/// store other columns, and go over several. Those of extensions are not known.
const METHODS: [(&str, bool, bool, bool); 6] = [
    ("btree", true, true, true),
    ("hash", false, false, false),
    ("gin", false, false, true),
    ("gist", false, true, true),
    ("spgist", false, true, false),
    ("brin", false, false, true),
];

/// What an index is over, for people.
pub(crate) fn over(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let mut text = match &part.on {
                Indexed::Column(column) => format!("`{column}`"),
                Indexed::Expression(texts) => quoted(texts),
            };
            if part.descending {
                text.push_str(" descending");
            }
            if let Some(nulls) = part.nulls {
                text.push_str(&format!(" nulls {}", nulls.name()));
            }
            if let Some(ops) = &part.ops {
                text.push_str(&format!(" by {}", quoted(ops)));
            }
            text
        })
        .collect();
    let mut text = parts.join(", ");
    if let Some(using) = &index.using {
        text.push_str(&format!(" using {}", quoted(using)));
    }
    if !index.include.is_empty() {
        text.push_str(&format!(" with `{}`", index.include.join("`, `")));
    }
    if let Some(only) = &index.only {
        text.push_str(&format!(" where {}", quoted(only)));
    }
    text
}

fn quoted(texts: &Dialected) -> String {
    let texts = texts.texts();
    let texts: Vec<String> = texts.iter().map(|(_, text)| format!("`{text}`")).collect();
    texts.join(" or ")
}

/// What kind of index it is, for people.
pub(crate) fn kind(index: &Index) -> &'static str {
    if index.unique {
        "unique index"
    } else {
        "index"
    }
}

/// The columns of a model that an index reads, on whichever database: those that it is over or
/// stores, and those in its expressions and its condition.
pub(crate) fn columns(index: &Index, model: &Model) -> Vec<String> {
    let every = names(model);
    let mut read = index.include.clone();
    let mut texts = Vec::new();
    for part in &index.parts {
        match &part.on {
            Indexed::Column(column) => read.push(column.clone()),
            Indexed::Expression(expression) => texts.push(expression),
        }
    }
    texts.extend(&index.only);
    for text in texts {
        for database in Sql::ALL {
            let parsed = text
                .get(database)
                .map(|text| sql::expression(text, &every, database));
            if let Some(Ok(parsed)) = parsed {
                read.extend(parsed.template.columns().map(str::to_owned));
            }
        }
    }
    read.sort_unstable();
    read.dedup();
    read
}

/// The names of the indexes of a table that read a column, and cannot outlive it.
pub(super) fn reading(model: &Model, column: &str) -> Vec<String> {
    let indexes = model.all_indexes().into_iter();
    indexes
        .filter(|index| columns(index, model).iter().any(|read| read == column))
        .map(|index| index.name(&model.table))
        .collect()
}

/// An index over columns, which every database has.
pub(super) fn plain(index: &Index, table: &str) -> TableIndex {
    let columns = index.plain_columns().unwrap_or_default();
    TableIndex {
        name: index.name(table),
        unique: index.unique,
        method: None,
        parts: columns
            .into_iter()
            .map(|column| TableIndexPart {
                value: Template::column(column),
                ops: None,
                descending: false,
                nulls: None,
            })
            .collect(),
        include: Vec::new(),
        only: None,
    }
}

/// The index on one database.
///
/// # Errors
/// A [`Refusal`] where the database has no such index, or the index reads what is not there.
pub(super) fn resolve(index: &Index, model: &Model, database: Sql) -> Result<TableIndex, Refusal> {
    fits(index, model, database)?;
    if index.plain_columns().is_some() {
        return Ok(plain(index, &model.table));
    }
    let resolving = Resolving {
        index,
        model,
        database,
    };
    let method = resolving.method()?;
    let parts = index.parts.iter();
    let parts = parts.map(|part| {
        let value = match &part.on {
            Indexed::Column(column) => Template::column(column),
            Indexed::Expression(texts) => resolving.read("expr", texts)?,
        };
        Ok(TableIndexPart {
            value,
            ops: resolving.ops(part.ops.as_ref())?,
            descending: part.descending,
            nulls: resolving.nulls(part.descending, part.nulls)?,
        })
    });
    let parts = parts.collect::<Result<Vec<_>, Refusal>>()?;
    if !index.include.is_empty() && resolving.trees() {
        return Err(resolving.refuse(
            format!("{} stores no other columns in an index", database.title()),
            "name them at the end of the index instead, as fields that it is over; an index that is unique stays \
             without them, beside one that has them",
        ));
    }
    let only = index.only.as_ref();
    Ok(TableIndex {
        name: index.name(&model.table),
        unique: index.unique,
        method,
        parts,
        include: index.include.clone(),
        only: only.map(|only| resolving.read("where", only)).transpose()?,
    })
}

struct Resolving<'a> {
    index: &'a Index,
    model: &'a Model,
    database: Sql,
}

impl Resolving<'_> {
    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.model.table.clone()),
            column: None,
            what: format!(
                "cannot have the {} of `{}` over {}",
                kind(self.index),
                self.model.table,
                over(self.index)
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// Whether the database has b-trees and nothing else.
    fn trees(&self) -> bool {
        self.database.capabilities().indexing != Indexing::Methods
    }

    /// An expression or a condition over the columns of the table.
    fn read(&self, word: &str, texts: &Dialected) -> Result<Template, Refusal> {
        let database = self.database;
        if database.capabilities().indexing == Indexing::Plain {
            return Err(self.refuse(
                format!("{} has no `{word}` in an index: it is over whole columns of all rows", database.title()),
                "index a column: one that holds the expression can be generated by the database, or be filled by a rule",
            ));
        }
        let Some(text) = texts.get(database) else {
            return Err(self.refuse(
                format!("`{word}` says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `{word}(...)`"),
            ));
        };
        let read = sql::expression(text, &names(self.model), database).map_err(|error| {
            self.refuse(
                format!("`{word}` {error}"),
                "name columns of the table, as the database knows them",
            )
        })?;
        if let Some(function) = read.volatile {
            return Err(self.refuse(
                format!("`{word}` has `{function}`, which gives another value each time, and an index is made once"),
                "compare with a column or a literal, and leave the rest to the query",
            ));
        }
        Ok(read.template)
    }

    /// The name of something that b-trees alone do not have.
    fn name<'t>(
        &self,
        word: &str,
        what: &str,
        texts: Option<&'t Dialected>,
    ) -> Result<Option<&'t str>, Refusal> {
        let text = texts.and_then(|texts| texts.get(self.database));
        match text {
            Some(text) if self.trees() => Err(self.refuse(
                format!("{} has no {what}, and so no `{text}`", self.database.title()),
                format!(
                    "say it for the databases that have it: `{word}({} = \"{text}\")`; on {} it is an index without it",
                    Sql::Postgres,
                    self.database.title()
                ),
            )),
            text => Ok(text),
        }
    }

    fn ops(&self, texts: Option<&Dialected>) -> Result<Option<String>, Refusal> {
        let name = self.name("ops", "operator classes", texts)?;
        Ok(name.map(str::to_owned))
    }

    /// The method, if it can do what the index asks for.
    fn method(&self) -> Result<Option<String>, Refusal> {
        let named = self.name("using", "methods of indexes", self.index.using.as_ref())?;
        let Some(method) = named else {
            return Ok(None);
        };
        let known = METHODS.iter().find(|(name, ..)| *name == method);
        let Some((_, sorts, includes, several)) = known else {
            return Ok(Some(method.to_owned()));
        };
        let parts = &self.index.parts;
        let sorted = parts
            .iter()
            .any(|part| part.descending || part.nulls.is_some());
        for (asks, does, what) in [
            (self.index.unique, sorts, "is never unique"),
            (sorted, sorts, "has no order, so neither `desc` nor `nulls`"),
            (
                !self.index.include.is_empty(),
                includes,
                "stores no other columns",
            ),
            (parts.len() > 1, several, "is over one thing only"),
        ] {
            if asks && !does {
                return Err(self.refuse(
                    format!("an index of the method `{method}` {what}"),
                    "take that away, or `using`; a second index can do what this one cannot",
                ));
            }
        }
        Ok(Some(method.to_owned()))
    }

    /// Where NULL stands, where that has to be said.
    fn nulls(&self, descending: bool, nulls: Option<Nulls>) -> Result<Option<Nulls>, Refusal> {
        if !self.trees() {
            return Ok(nulls);
        }
        // NULL is the least of all values there, and that cannot be said any more than changed.
        let given = if descending {
            Nulls::Last
        } else {
            Nulls::First
        };
        match nulls {
            Some(asked) if asked != given => Err(self.refuse(
                format!(
                    "{} sorts NULL before all values, and an index cannot say otherwise",
                    self.database.title()
                ),
                "take `nulls` away, and sort in the query; or put an expression before the field: \
                 `expr = \"... IS NULL\"`",
            )),
            _ => Ok(None),
        }
    }
}

fn names(model: &Model) -> Vec<&str> {
    let columns = model.columns.iter();
    columns.map(|column| column.name.as_str()).collect()
}

#[cfg(test)]
mod tests;

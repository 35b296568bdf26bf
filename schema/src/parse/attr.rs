//! What the attributes of a struct and of a field say.

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _,
    ToUpperCamelCase as _,
};
use syn::{Attribute, Ident, LitStr, Path};

use super::call::Call;
use super::ctxt::Ctxt;
use super::document;
use super::entry::{Down, Entry, entries};
use super::index::IndexAttr;
use super::symbol::{self, Place};
use crate::model::{Check, Dialected, Naming, Reference};
use crate::nearest::nearest;

/// The attributes of a struct.
#[derive(Debug, Default)]
pub(super) struct StructAttrs {
    pub(super) words: Words,
    pub(super) table: Option<String>,
    pub(super) collection: Option<String>,
    pub(super) schema_version: Option<LitStr>,
    pub(super) renamed_from: Option<String>,
    pub(super) rename_all: Option<RenameAll>,
    /// The fields of a composite key, with the word for the span.
    pub(super) primary_key: Option<Vec<Ident>>,
    /// The indexes in their order.
    pub(super) indexes: Vec<IndexAttr>,
    pub(super) checks: Vec<Check>,
    pub(super) krate: Option<Path>,
}

/// The attributes of a field.
#[derive(Debug, Default)]
pub(super) struct FieldAttrs {
    pub(super) words: Words,
    pub(super) column: Option<String>,
    pub(super) sql_type: Option<Dialected>,
    pub(super) bson_type: Option<LitStr>,
    pub(super) values: Option<Vec<String>>,
    pub(super) default: Option<Dialected>,
    pub(super) backfill: Option<Dialected>,
    pub(super) backfill_fn: Option<Call>,
    pub(super) check: Option<Dialected>,
    pub(super) references: Option<Reference>,
    /// Indexes of this field that say more than that they are there.
    pub(super) indexes: Vec<IndexAttr>,
    pub(super) renamed_from: Option<String>,
    pub(super) replaces: Option<Vec<String>>,
    pub(super) up: Option<Dialected>,
    pub(super) down: Option<Down>,
    pub(super) up_fn: Option<Path>,
    pub(super) down_fn: Option<Path>,
}

/// The words that stand on one struct or field, right or mistaken, with their places.
#[derive(Debug, Default)]
pub(super) struct Words {
    written: Vec<(String, Ident)>,
    /// Words that were meant, as far as one can tell, where others stand.
    meant: Vec<&'static str>,
}

impl Words {
    /// The place of the word, if it stands there.
    pub(super) fn get(&self, word: &str) -> Option<&Ident> {
        self.written
            .iter()
            .find(|(written, _)| written == word)
            .map(|(_, name)| name)
    }

    /// Whether the word stands there, or another in its stead, which is reported already.
    pub(super) fn has_or_means(&self, word: &str) -> bool {
        self.get(word).is_some() || self.meant.contains(&word)
    }

    /// The first word that is none of `others`.
    pub(super) fn other_than(&self, others: &[&str]) -> Option<(&str, &Ident)> {
        self.written
            .iter()
            .find(|(written, _)| !others.contains(&written.as_str()))
            .map(|(written, name)| (written.as_str(), name))
    }

    /// Takes down an entry. Whether it is one that belongs here and is new.
    fn add(&mut self, ctxt: &mut Ctxt, entry: &Entry, place: Place) -> bool {
        let word = entry.word.as_str();
        if !place.takes().contains(&word) {
            let (message, meant) = unknown(word, place);
            ctxt.at(entry.name.span(), message);
            self.meant.extend(meant);
            return false;
        }
        let repeated = self.get(word).is_some();
        if repeated && !place.repeats().contains(&word) {
            ctxt.at(
                entry.name.span(),
                format_args!("`{word}` stands here twice"),
            );
            return false;
        }
        self.written.push((word.to_owned(), entry.name.clone()));
        true
    }
}

/// What to say of a word that does not belong to its place, and what it was meant to be.
fn unknown(word: &str, place: Place) -> (String, Option<&'static str>) {
    if word == symbol::FLATTEN {
        let message = "`flatten` is not supported: a column belongs to one struct, so write the fields of the \
                       inner struct here, or store it whole as `sqlx::types::Json<T>`";
        return (message.to_owned(), Some(symbol::FLATTEN));
    }
    if place.other().takes().contains(&word) {
        return (format!("`{word}` goes on {}", place.other().name()), None);
    }
    let elsewhere = symbol::ELSEWHERE
        .iter()
        .find(|(other, _)| *other == word)
        .map(|(_, ours)| *ours);
    let meant = elsewhere
        .filter(|ours| place.takes().contains(ours))
        .or_else(|| nearest(word, place.takes().iter().copied()));
    match meant {
        Some(meant) => (
            format!("unknown attribute `{word}`: did you mean `{meant}`?"),
            Some(meant),
        ),
        None => {
            let known = place.takes().join("`, `");
            (
                format!(
                    "unknown attribute `{word}`: {} takes `{known}`",
                    place.name()
                ),
                None,
            )
        }
    }
}

impl StructAttrs {
    pub(super) fn read(ctxt: &mut Ctxt, attrs: &[Attribute]) -> Self {
        let mut read = StructAttrs::default();
        for entry in entries(ctxt, attrs) {
            if read.words.add(ctxt, &entry, Place::Struct) {
                read.take(ctxt, &entry);
            }
        }
        read
    }

    fn take(&mut self, ctxt: &mut Ctxt, entry: &Entry) {
        match entry.word.as_str() {
            symbol::TABLE => self.table = name(ctxt, entry),
            symbol::COLLECTION => self.collection = document::collection(ctxt, entry),
            symbol::SCHEMA_VERSION => self.schema_version = entry.text(ctxt),
            symbol::RENAMED_FROM => self.renamed_from = name(ctxt, entry),
            symbol::RENAME_ALL => {
                self.rename_all = entry
                    .text(ctxt)
                    .and_then(|text| RenameAll::read(ctxt, &text))
            }
            symbol::PRIMARY_KEY => self.primary_key = entry.fields(ctxt),
            symbol::INDEX | symbol::UNIQUE => {
                self.indexes.extend(IndexAttr::on_struct(ctxt, entry));
            }
            symbol::CHECK => {
                let condition = entry.dialected(ctxt);
                self.checks.extend(condition.map(|condition| Check {
                    condition,
                    naming: Naming::default(),
                }));
            }
            symbol::CRATE => {
                self.krate = entry.text(ctxt).and_then(|text| {
                    let path = text.parse_with(Path::parse_mod_style);
                    path.map_err(|_| {
                        ctxt.at(
                            text.span(),
                            "this is no path to a crate: `crate = \"::colmig\"`",
                        )
                    })
                    .ok()
                });
            }
            _ => {}
        }
    }
}

impl FieldAttrs {
    pub(super) fn read(ctxt: &mut Ctxt, attrs: &[Attribute]) -> Self {
        let mut read = FieldAttrs::default();
        for entry in entries(ctxt, attrs) {
            if read.words.add(ctxt, &entry, Place::Field) {
                read.take(ctxt, &entry);
            }
        }
        read
    }

    fn take(&mut self, ctxt: &mut Ctxt, entry: &Entry) {
        let word = entry.word.as_str();
        match word {
            symbol::INDEX | symbol::UNIQUE if entry.has_list() => {
                self.indexes.extend(IndexAttr::on_field(ctxt, entry));
            }
            symbol::PRIMARY_KEY | symbol::INDEX | symbol::UNIQUE => {
                entry.expect_nothing(ctxt, || {
                    format!(
                        "`#[colmig({word}(one, other))]`, over several fields, goes on the struct"
                    )
                })
            }
            symbol::SKIP => entry.expect_nothing(ctxt, || "write `skip`".to_owned()),
            symbol::COLUMN => self.column = name(ctxt, entry),
            symbol::SQL_TYPE => self.sql_type = entry.dialected(ctxt),
            symbol::BSON_TYPE => self.bson_type = entry.text(ctxt),
            symbol::VALUES => self.values = values(ctxt, entry),
            symbol::DEFAULT => self.default = entry.dialected(ctxt),
            symbol::BACKFILL => self.backfill = entry.dialected(ctxt),
            symbol::BACKFILL_FN => self.backfill_fn = Call::read(ctxt, entry),
            symbol::CHECK => self.check = entry.dialected(ctxt),
            symbol::REFERENCES => {
                self.references = entry.text(ctxt).and_then(|text| reference(ctxt, &text))
            }
            symbol::RENAMED_FROM => self.renamed_from = name(ctxt, entry),
            symbol::REPLACES => self.replaces = entry.texts(ctxt),
            symbol::UP => self.up = entry.dialected(ctxt),
            symbol::DOWN => self.down = entry.down(ctxt),
            symbol::UP_FN => self.up_fn = function(ctxt, entry),
            symbol::DOWN_FN => self.down_fn = function(ctxt, entry),
            _ => {}
        }
    }
}

/// The values of a type.
fn values(ctxt: &mut Ctxt, entry: &Entry) -> Option<Vec<String>> {
    let values = entry.texts(ctxt)?;
    let mut wrong = |what: String| ctxt.at(entry.name.span(), what);
    for (position, value) in values.iter().enumerate() {
        if value.len() > LONGEST_NAME {
            wrong(format!(
                "a value has at most {LONGEST_NAME} bytes, and `{value}` has {}",
                value.len()
            ));
        } else if value.contains(char::is_control) {
            wrong(format!("the value {value:?} has a control character in it"));
        } else if values[..position].contains(value) {
            wrong(format!("the value `{value}` stands here twice"));
        }
    }
    Some(values)
}

/// The length in bytes at which PostgreSQL cuts a name.
pub(super) const LONGEST_NAME: usize = 63;

/// The name of a table or a column.
fn name(ctxt: &mut Ctxt, entry: &Entry) -> Option<String> {
    let text = entry.text(ctxt)?;
    let name = text.value();
    if name.len() > LONGEST_NAME {
        ctxt.at(
            text.span(),
            format_args!(
                "a name has at most {LONGEST_NAME} bytes, and this one has {}: PostgreSQL cuts what is longer",
                name.len()
            ),
        );
    }
    if name.contains(char::is_control) {
        ctxt.at(
            text.span(),
            "a name has no line breaks and no other control characters",
        );
    }
    Some(name)
}

/// The path of a function, each part of which has the place of the text.
fn function(ctxt: &mut Ctxt, entry: &Entry) -> Option<Path> {
    let text = entry.text(ctxt)?;
    let path = text.parse_with(Path::parse_mod_style);
    path.map_err(|_| {
        ctxt.at(
            text.span(),
            format_args!(
                "this is no path to a function: `{0} = \"path::to_function\"`",
                entry.word
            ),
        );
    })
    .ok()
}

/// Reads `table(column)`.
fn reference(ctxt: &mut Ctxt, text: &LitStr) -> Option<Reference> {
    let value = text.value();
    let parts = value
        .trim()
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('));
    match parts.map(|(table, column)| (table.trim(), column.trim())) {
        Some((table, column)) if !table.is_empty() && !column.is_empty() => Some(Reference {
            table: table.to_owned(),
            column: column.to_owned(),
            naming: Naming::default(),
        }),
        _ => {
            ctxt.at(
                text.span(),
                "name the table and its column: `references = \"table(column)\"`",
            );
            None
        }
    }
}

/// How the names of columns follow from those of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RenameAll {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl RenameAll {
    /// Each style, as serde and sqlx write it.
    const STYLES: [(&str, RenameAll); 7] = [
        ("lowercase", RenameAll::Lower),
        ("UPPERCASE", RenameAll::Upper),
        ("PascalCase", RenameAll::Pascal),
        ("camelCase", RenameAll::Camel),
        ("snake_case", RenameAll::Snake),
        ("SCREAMING_SNAKE_CASE", RenameAll::ScreamingSnake),
        ("kebab-case", RenameAll::Kebab),
    ];

    fn read(ctxt: &mut Ctxt, text: &LitStr) -> Option<RenameAll> {
        let value = text.value();
        let style = RenameAll::STYLES.iter().find(|(name, _)| *name == value);
        if style.is_none() {
            let known = RenameAll::STYLES.map(|(name, _)| name);
            let remedy = match nearest(&value, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of `{}`", known.join("`, `")),
            };
            ctxt.at(
                text.span(),
                format_args!("unknown style `{value}`: {remedy}"),
            );
        }
        style.map(|(_, style)| *style)
    }

    pub(super) fn apply(self, field: &str) -> String {
        match self {
            RenameAll::Lower => field.to_lowercase(),
            RenameAll::Upper => field.to_uppercase(),
            RenameAll::Pascal => field.to_upper_camel_case(),
            RenameAll::Camel => field.to_lower_camel_case(),
            RenameAll::Snake => field.to_snake_case(),
            RenameAll::ScreamingSnake => field.to_shouty_snake_case(),
            RenameAll::Kebab => field.to_kebab_case(),
        }
    }
}

//! What an index says: `index(last_name, seen(desc), where = "...", using = "gin")`.

use std::fmt::Display;

use proc_macro2::Span;
use syn::Ident;

use super::ctxt::Ctxt;
use super::entry::{Entry, Inner};
use super::symbol;
use crate::Database;
use crate::model::{Dialected, Nulls};
use crate::nearest::nearest;

/// An index as it is declared.
#[derive(Debug)]
pub(super) struct IndexAttr {
    pub(super) unique: bool,
    /// Where to tell what is wrong with all of it.
    pub(super) at: Span,
    pub(super) parts: Vec<Part>,
    pub(super) only: Option<Dialected>,
    pub(super) using: Option<Dialected>,
    pub(super) include: Vec<Ident>,
}

/// One of the things that it is over.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) on: On,
    pub(super) descending: bool,
    pub(super) nulls: Option<Nulls>,
    pub(super) ops: Option<Dialected>,
}

/// What a part is.
#[derive(Debug)]
pub(super) enum On {
    Field(Ident),
    Expression(Dialected),
    /// The field on which the index is declared.
    Own,
}

impl Part {
    fn new(on: On) -> Self {
        Part {
            on,
            descending: false,
            nulls: None,
            ops: None,
        }
    }

    /// Takes what a part says beside what it is. Whether it was something of that kind.
    fn take(&mut self, ctxt: &mut Ctxt, entry: &Entry) -> bool {
        match entry.word.as_str() {
            symbol::DESC if entry.is_bare() => self.descending = true,
            symbol::DESC => entry.expect_nothing(ctxt, || "write `desc`".to_owned()),
            symbol::NULLS => self.nulls = nulls(ctxt, entry),
            symbol::OPS => self.ops = names(ctxt, entry),
            _ => return false,
        }
        true
    }
}

impl IndexAttr {
    fn new(entry: &Entry) -> Self {
        IndexAttr {
            unique: entry.word == symbol::UNIQUE,
            at: entry.value_span(),
            parts: Vec::new(),
            only: None,
            using: None,
            include: Vec::new(),
        }
    }

    /// Of `index(one, other)` on the struct; nothing where nobody could tell what it is over.
    pub(super) fn on_struct(ctxt: &mut Ctxt, entry: &Entry) -> Option<Self> {
        let word = &entry.word;
        let mut index = IndexAttr::new(entry);
        let before = ctxt.count();
        for inner in entry.inner() {
            let entry = match inner {
                Inner::Entry(entry) => entry,
                Inner::Text(text) => {
                    ctxt.at(
                        text.span(),
                        format_args!(
                            "fields stand without quotes: `{word}(one, other)`; an expression is `expr = \"...\"`"
                        ),
                    );
                    continue;
                }
            };
            // A field may be called like one of the words; it has no value then.
            if entry.is_bare() {
                index.parts.push(Part::new(On::Field(entry.name)));
            } else if entry.word == symbol::EXPR {
                index.parts.extend(expression(ctxt, &entry));
            } else if !index.take(ctxt, &entry) {
                index.parts.extend(part(ctxt, &entry, word));
            }
        }
        if ctxt.count() > before {
            return None;
        }
        if index.parts.is_empty() {
            // A list with a mistake in it was reported already.
            if !entry.has_list() || entry.is_empty_list() || index.says_something() {
                ctxt.at(
                    entry.value_span(),
                    format_args!("`{word}` on the struct names its fields: `{word}(one, other)`"),
                );
            }
            return None;
        }
        Some(index)
    }

    /// Of `index(desc, where = "...")` on a field.
    pub(super) fn on_field(ctxt: &mut Ctxt, entry: &Entry) -> Option<Self> {
        let word = &entry.word;
        let mut index = IndexAttr::new(entry);
        let mut own = Part::new(On::Own);
        let (before, inner) = (ctxt.count(), entry.inner());
        let said = !inner.is_empty();
        if entry.is_empty_list() {
            ctxt.at(
                entry.name.span(),
                format_args!("`{word}` says nothing in its parentheses: write `{word}`"),
            );
        }
        for inner in inner {
            let entry = match inner {
                Inner::Entry(entry) => entry,
                Inner::Text(text) => {
                    ctxt.at(
                        text.span(),
                        format_args!("`{word}` on a field takes no text: an expression is `{word}(expr = \"...\")`, on the struct"),
                    );
                    continue;
                }
            };
            if own.take(ctxt, &entry) || index.take(ctxt, &entry) {
                continue;
            }
            if entry.word == symbol::EXPR {
                ctxt.at(
                    entry.name.span(),
                    format_args!(
                        "an index over an expression goes on the struct: `#[colmig({word}(expr = \"...\"))]`"
                    ),
                );
                continue;
            }
            let known = symbol::IN_INDEX_PART.iter().chain(&symbol::IN_INDEX[1..]);
            unknown(ctxt, &entry, word, known.copied(), || {
                format!("`#[colmig({word}(one, other))]`, over several fields, goes on the struct")
            });
            if entry.is_bare() {
                // Those behind it are fields as well.
                break;
            }
        }
        index.parts.push(own);
        (said && ctxt.count() == before).then_some(index)
    }

    /// Takes what an index says beside what it is over. Whether it was something of that kind.
    fn take(&mut self, ctxt: &mut Ctxt, entry: &Entry) -> bool {
        let repeated = match entry.word.as_str() {
            symbol::WHERE => self.only.is_some(),
            symbol::USING => self.using.is_some(),
            symbol::INCLUDE => !self.include.is_empty(),
            _ => return false,
        };
        if repeated {
            let word = &entry.word;
            ctxt.at(
                entry.name.span(),
                format_args!("`{word}` stands here twice"),
            );
            return true;
        }
        match entry.word.as_str() {
            symbol::WHERE => self.only = entry.dialected(ctxt),
            symbol::USING => self.using = names(ctxt, entry),
            _ => self.include = entry.fields(ctxt).unwrap_or_default(),
        }
        true
    }

    fn says_something(&self) -> bool {
        self.only.is_some() || self.using.is_some() || !self.include.is_empty()
    }

    /// The fields among the parts, in their order.
    pub(super) fn fields(&self) -> Vec<Ident> {
        let fields = self.parts.iter().filter_map(|part| match &part.on {
            On::Field(name) => Some(name.clone()),
            On::Expression(_) | On::Own => None,
        });
        fields.collect()
    }
}

/// Reads `field(desc, nulls = "last", ops = "...")`.
fn part(ctxt: &mut Ctxt, entry: &Entry, word: &str) -> Option<Part> {
    if !entry.has_list() {
        let known = symbol::IN_INDEX.iter().copied();
        unknown(ctxt, entry, word, known, || {
            format!("fields stand by their names alone, `{word}(one, other)`")
        });
        return None;
    }
    let mut part = Part::new(On::Field(entry.name.clone()));
    modifiers(ctxt, entry, entry.inner(), &mut part);
    Some(part)
}

/// Reads `expr = "..."` and `expr("...", desc)`.
fn expression(ctxt: &mut Ctxt, entry: &Entry) -> Option<Part> {
    if !entry.has_list() {
        let texts = entry.dialected(ctxt)?;
        return Some(Part::new(On::Expression(texts)));
    }
    let mut texts = Vec::new();
    let mut others = Vec::new();
    for inner in entry.inner() {
        match inner {
            Inner::Text(text) => texts.push((None, text)),
            Inner::Entry(inner) => match inner.word.parse::<Database>() {
                Ok(database) => texts.push((Some(database), inner.text(ctxt)?)),
                Err(_) => others.push(Inner::Entry(inner)),
            },
        }
    }
    let said = match texts.as_slice() {
        [(None, text)] if !text.value().trim().is_empty() => Dialected::Same(text.value()),
        each if !each.is_empty() && each.iter().all(|(database, _)| database.is_some()) => {
            let each = each.iter();
            Dialected::Each(
                each.filter_map(|(database, text)| Some(((*database)?, text.value())))
                    .collect(),
            )
        }
        _ => {
            ctxt.at(
                entry.name.span(),
                "say the expression once: `expr(\"lower(email)\", desc)`, or once for each database: \
                 `expr(postgres = \"...\", sqlite = \"...\")`",
            );
            return None;
        }
    };
    let mut part = Part::new(On::Expression(said));
    modifiers(ctxt, entry, others, &mut part);
    Some(part)
}

/// Reads what a part says in its parentheses.
fn modifiers(ctxt: &mut Ctxt, entry: &Entry, inner: Vec<Inner>, part: &mut Part) {
    let name = &entry.name;
    for inner in inner {
        match inner {
            Inner::Entry(inner) if part.take(ctxt, &inner) => {}
            Inner::Entry(inner) => {
                unknown(
                    ctxt,
                    &inner,
                    name.to_string(),
                    symbol::IN_INDEX_PART,
                    || "such as `created_at(desc, nulls = \"last\")`".to_owned(),
                );
            }
            Inner::Text(text) => {
                ctxt.at(
                    text.span(),
                    format_args!("`{name}(...)` takes no text alone: `{name}(ops = \"...\")`"),
                );
            }
        }
    }
}

/// Reads the end at which NULL stands.
fn nulls(ctxt: &mut Ctxt, entry: &Entry) -> Option<Nulls> {
    let text = entry.text(ctxt)?;
    let both = [Nulls::First, Nulls::Last];
    let said = both.into_iter().find(|nulls| nulls.name() == text.value());
    if said.is_none() {
        ctxt.at(
            text.span(),
            "NULL stands at one of two ends: `nulls = \"first\"` or `nulls = \"last\"`",
        );
    }
    said
}

/// Reads a name of the database's, with its schema before it if need be.
fn names(ctxt: &mut Ctxt, entry: &Entry) -> Option<Dialected> {
    let said = entry.dialected(ctxt)?;
    let plain = |part: &str| {
        let allowed = |c: char| c.is_alphanumeric() || c == '_';
        !part.is_empty() && part.chars().all(allowed)
    };
    let mistaken = said
        .texts()
        .iter()
        .find(|(_, text)| !text.split('.').all(plain))
        .map(|(_, text)| (*text).to_owned());
    if let Some(text) = mistaken {
        let word = &entry.word;
        ctxt.at(
            entry.value_span(),
            format_args!("`{word}` takes a name and nothing else, and `{text}` is more than that"),
        );
        return None;
    }
    Some(said)
}

/// Tells of a word that means nothing here.
fn unknown<'a>(
    ctxt: &mut Ctxt,
    entry: &Entry,
    whose: impl Display,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) {
    let word = &entry.word;
    let known: Vec<&str> = known.into_iter().collect();
    let remedy = match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it takes `{}`; {}", known.join("`, `"), otherwise()),
    };
    ctxt.at(
        entry.name.span(),
        format_args!("unknown `{word}` in `{whose}(...)`: {remedy}"),
    );
}

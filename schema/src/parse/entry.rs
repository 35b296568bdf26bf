//! The entries of `#[colmig(...)]` as they are written, before anybody asks what they mean.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Meta, Token, parenthesized};

use super::ctxt::Ctxt;
use super::symbol;
use crate::Database;
use crate::model::Dialected;

/// One entry: `name`, `name = "text"` or `name(items)`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: Ident,
    /// The name as text, which an [`Ident`] of the compiler's makes anew for each comparison.
    pub(super) word: String,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Nothing,
    Text(LitStr),
    List(Vec<Item>),
    /// Something else, which has been reported.
    Mistaken,
}

#[derive(Clone, Debug)]
enum Item {
    Name(Ident),
    Text(LitStr),
    Pair(Ident, LitStr),
    List(Ident, Vec<Item>),
}

impl Item {
    fn span(&self) -> Span {
        match self {
            Item::Name(name) | Item::Pair(name, _) | Item::List(name, _) => name.span(),
            Item::Text(text) => text.span(),
        }
    }
}

/// Every entry of every `#[colmig(...)]` among `attrs`.
pub(super) fn entries(ctxt: &mut Ctxt, attrs: &[Attribute]) -> Vec<Entry> {
    let mut entries = Vec::new();
    each_meta(attrs, &mut |meta| {
        if !meta.path().is_ident(symbol::COLMIG) {
            return;
        }
        let Meta::List(list) = meta else {
            ctxt.over(meta, "write what it says in parentheses: `#[colmig(...)]`");
            return;
        };
        let read = list.parse_args_with(|input: ParseStream<'_>| {
            read_entries(ctxt, input, &mut entries);
            Ok(())
        });
        if let Err(error) = read {
            ctxt.push(error);
        }
    });
    entries
}

/// Calls `see` for each attribute, and for each one inside of a `cfg_attr`.
///
/// The compiler resolves `cfg_attr` before the derive sees it. `cargo colmig` reads
/// sources in which it still stands, and takes its condition to hold: a model that is
/// there in some builds has a table in all of them.
pub(super) fn each_meta(attrs: &[Attribute], see: &mut dyn FnMut(&Meta)) {
    for attr in attrs {
        see_meta(&attr.meta, see);
    }
}

fn see_meta(meta: &Meta, see: &mut dyn FnMut(&Meta)) {
    let Meta::List(list) = meta else {
        return see(meta);
    };
    if !list.path.is_ident("cfg_attr") {
        return see(meta);
    }
    let metas = list.parse_args_with(|input: ParseStream<'_>| {
        skip_to_comma(input);
        input.parse::<Option<Token![,]>>()?;
        Punctuated::<Meta, Token![,]>::parse_terminated(input)
    });
    // One that does not parse is the compiler's to report.
    for meta in metas.into_iter().flatten() {
        see_meta(&meta, see);
    }
}

/// Reads entries to the end of `input`. A mistake costs its own entry's value only.
fn read_entries(ctxt: &mut Ctxt, input: ParseStream<'_>, entries: &mut Vec<Entry>) {
    while !input.is_empty() {
        match read_entry(ctxt, input) {
            Ok(entry) => entries.push(entry),
            Err(error) => ctxt.push(error),
        }
        end_of_item(ctxt, input);
    }
}

fn read_entry(ctxt: &mut Ctxt, input: ParseStream<'_>) -> syn::Result<Entry> {
    if !input.peek(Ident::peek_any) {
        let error = input.error("expected the name of an attribute, such as `index`");
        skip_to_comma(input);
        return Err(error);
    }
    let name = input.call(Ident::parse_any)?;
    let word = name.to_string();
    let value = read_value(ctxt, input, &word).unwrap_or_else(|error| {
        ctxt.push(error);
        skip_to_comma(input);
        Value::Mistaken
    });
    Ok(Entry { name, word, value })
}

fn read_value(ctxt: &mut Ctxt, input: ParseStream<'_>, word: &str) -> syn::Result<Value> {
    if input.peek(Token![=]) {
        return read_text(input, word).map(Value::Text);
    }
    if !input.peek(syn::token::Paren) {
        return Ok(Value::Nothing);
    }
    Ok(match read_items(ctxt, input, word)? {
        Some(items) => Value::List(items),
        None => Value::Mistaken,
    })
}

/// Reads what stands in parentheses; nothing if there is a mistake in it.
fn read_items(
    ctxt: &mut Ctxt,
    input: ParseStream<'_>,
    word: &str,
) -> syn::Result<Option<Vec<Item>>> {
    let content;
    parenthesized!(content in input);
    let mut items = Vec::new();
    let mut mistaken = false;
    while !content.is_empty() {
        match read_item(ctxt, &content, word) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => mistaken = true,
            Err(error) => {
                ctxt.push(error);
                skip_to_comma(&content);
                mistaken = true;
            }
        }
        end_of_item(ctxt, &content);
    }
    Ok((!mistaken).then_some(items))
}

fn read_item(ctxt: &mut Ctxt, input: ParseStream<'_>, word: &str) -> syn::Result<Option<Item>> {
    if input.peek(LitStr) {
        return input.parse().map(Item::Text).map(Some);
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format_args!("`{word}(...)` takes names and strings")));
    }
    let name = input.call(Ident::parse_any)?;
    if input.peek(Token![=]) {
        let text = read_text(input, &name.to_string())?;
        return Ok(Some(Item::Pair(name, text)));
    }
    if input.peek(syn::token::Paren) {
        let items = read_items(ctxt, input, &name.to_string())?;
        return Ok(items.map(|items| Item::List(name, items)));
    }
    Ok(Some(Item::Name(name)))
}

/// Reads `= "text"`.
fn read_text(input: ParseStream<'_>, word: &str) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    if input.peek(LitStr) {
        return input.parse();
    }
    Err(input.error(format_args!(
        "`{word}` takes a string literal: `{word} = \"...\"`"
    )))
}

/// Reads the comma behind an entry or an item.
fn end_of_item(ctxt: &mut Ctxt, input: ParseStream<'_>) {
    if !input.is_empty() && !input.peek(Token![,]) {
        ctxt.push(input.error("expected `,`"));
        skip_to_comma(input);
    }
    let comma: syn::Result<Option<Token![,]>> = input.parse();
    if let Err(error) = comma {
        ctxt.push(error);
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// What `down` says: how legacy columns follow from those that take their place.
#[derive(Clone, Debug)]
pub(super) enum Down {
    /// Of the only one.
    Only(Dialected),
    /// Of each by its name, with the name's place.
    Each(Vec<(String, Span, Dialected)>),
}

/// What stands between the parentheses of an entry.
#[derive(Debug)]
pub(super) enum Inner {
    /// An entry in the entry: `name`, `name = "text"` or `name(items)`.
    Entry(Entry),
    /// A text alone.
    Text(LitStr),
}

impl From<Item> for Inner {
    fn from(item: Item) -> Self {
        let (name, value) = match item {
            Item::Text(text) => return Inner::Text(text),
            Item::Name(name) => (name, Value::Nothing),
            Item::Pair(name, text) => (name, Value::Text(text)),
            Item::List(name, items) => (name, Value::List(items)),
        };
        let word = name.to_string();
        Inner::Entry(Entry { name, word, value })
    }
}

/// What an entry says, for those who know what it should be. Where the value is another,
/// that is reported, and nothing comes back.
impl Entry {
    /// Reports a value where none belongs.
    pub(super) fn expect_nothing(&self, ctxt: &mut Ctxt, remedy: impl FnOnce() -> String) {
        if let Value::Text(_) | Value::List(_) = self.value {
            ctxt.at(
                self.value_span(),
                format_args!("`{}` takes no value here: {}", self.word, remedy()),
            );
        }
    }

    /// Whether it is a name alone.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self.value, Value::Nothing)
    }

    /// Whether it has parentheses, or a mistake where they would be.
    pub(super) fn has_list(&self) -> bool {
        matches!(self.value, Value::List(_) | Value::Mistaken)
    }

    /// Whether its parentheses hold nothing.
    pub(super) fn is_empty_list(&self) -> bool {
        matches!(&self.value, Value::List(items) if items.is_empty())
    }

    /// What stands between its parentheses.
    pub(super) fn inner(&self) -> Vec<Inner> {
        match &self.value {
            Value::List(items) => items.iter().cloned().map(Inner::from).collect(),
            Value::Nothing | Value::Text(_) | Value::Mistaken => Vec::new(),
        }
    }

    /// The text of `name = "text"`, which is not empty.
    pub(super) fn text(&self, ctxt: &mut Ctxt) -> Option<LitStr> {
        match &self.value {
            Value::Text(text) => not_empty(ctxt, &self.word, text).then(|| text.clone()),
            Value::Mistaken => None,
            Value::Nothing | Value::List(_) => {
                let word = &self.word;
                ctxt.at(
                    self.value_span(),
                    format_args!("`{word}` takes a string literal: `{word} = \"...\"`"),
                );
                None
            }
        }
    }

    /// The texts of `name = "text"` or of `name("one", "other")`.
    pub(super) fn texts(&self, ctxt: &mut Ctxt) -> Option<Vec<String>> {
        let word = &self.word;
        let Value::List(items) = &self.value else {
            return Some(vec![self.text(ctxt)?.value()]);
        };
        if items.is_empty() {
            ctxt.at(self.name.span(), format_args!("`{word}` is empty"));
            return None;
        }
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Text(text) if not_empty(ctxt, word, text) => texts.push(text.value()),
                Item::Text(_) => return None,
                Item::Name(_) | Item::Pair(..) | Item::List(..) => {
                    ctxt.at(
                        item.span(),
                        format_args!("`{word}` takes strings: `{word}(\"one\", \"other\")`"),
                    );
                    return None;
                }
            }
        }
        Some(texts)
    }

    /// The text of `name = "text"`, or the texts of `name(postgres = "text", ...)`.
    pub(super) fn dialected(&self, ctxt: &mut Ctxt) -> Option<Dialected> {
        let word = &self.word;
        let Value::List(items) = &self.value else {
            return self.text(ctxt).map(|text| Dialected::Same(text.value()));
        };
        if items.is_empty() {
            ctxt.at(self.name.span(), format_args!("`{word}` is empty"));
            return None;
        }
        let mut texts = BTreeMap::new();
        let mut mistaken = false;
        for item in items {
            match read_dialect(ctxt, word, item) {
                Some((database, text)) => {
                    if texts.insert(database, text).is_some() {
                        ctxt.at(item.span(), format_args!("`{database}` stands here twice"));
                    }
                }
                None => mistaken = true,
            }
        }
        (!mistaken).then_some(Dialected::Each(texts))
    }

    /// The way back of `down = "text"`, of `down(postgres = "text", ...)`, or of
    /// `down(legacy = "text", ...)` for each of several legacy columns, whose texts may differ by
    /// database as well: `down(legacy(postgres = "text", ...), ...)`.
    pub(super) fn down(&self, ctxt: &mut Ctxt) -> Option<Down> {
        let word = &self.word;
        let Value::List(items) = &self.value else {
            return self.dialected(ctxt).map(Down::Only);
        };
        let names_database = |item: &Item| match item {
            Item::Pair(name, _) => name.to_string().parse::<Database>().is_ok(),
            Item::Name(_) | Item::Text(_) | Item::List(..) => false,
        };
        if items.is_empty() || items.iter().all(names_database) {
            return self.dialected(ctxt).map(Down::Only);
        }
        let mut each = Vec::with_capacity(items.len());
        for item in items {
            let (name, value) = match item {
                Item::Pair(name, text) => (name, Value::Text(text.clone())),
                Item::List(name, items) => (name, Value::List(items.clone())),
                Item::Name(_) | Item::Text(_) => {
                    ctxt.at(
                        item.span(),
                        format_args!("name the legacy column: `{word}(legacy = \"...\")`"),
                    );
                    return None;
                }
            };
            let unraw = syn::ext::IdentExt::unraw(name).to_string();
            let of_legacy = Entry {
                name: name.clone(),
                word: word.clone(),
                value,
            };
            if let Some(text) = of_legacy.dialected(ctxt) {
                each.push((unraw, name.span(), text));
            }
        }
        Some(Down::Each(each))
    }

    /// The fields of `name(a, b)`.
    pub(super) fn fields(&self, ctxt: &mut Ctxt) -> Option<Vec<Ident>> {
        let word = &self.word;
        let items = match &self.value {
            Value::List(items) if !items.is_empty() => items,
            Value::Mistaken => return None,
            _ => {
                ctxt.at(
                    self.value_span(),
                    format_args!("`{word}` on the struct names its fields: `{word}(one, other)`"),
                );
                return None;
            }
        };
        let mut fields = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Name(name) => fields.push(name.clone()),
                Item::Text(_) => {
                    ctxt.at(
                        item.span(),
                        format_args!("fields stand without quotes: `{word}(one, other)`"),
                    );
                    return None;
                }
                Item::Pair(..) | Item::List(..) => {
                    ctxt.at(
                        item.span(),
                        format_args!("fields stand by their names alone: `{word}(one, other)`"),
                    );
                    return None;
                }
            }
        }
        Some(fields)
    }

    /// Where the value stands, or the name if there is no value.
    pub(super) fn value_span(&self) -> Span {
        match &self.value {
            Value::Text(text) => text.span(),
            Value::List(items) => items.first().map_or(self.name.span(), Item::span),
            Value::Nothing | Value::Mistaken => self.name.span(),
        }
    }
}

fn read_dialect(ctxt: &mut Ctxt, word: &str, item: &Item) -> Option<(Database, String)> {
    let Item::Pair(name, text) = item else {
        ctxt.at(
            item.span(),
            format_args!("name the database: `{word}(postgres = \"...\", sqlite = \"...\")`"),
        );
        return None;
    };
    match name.to_string().parse() {
        Ok(database) => not_empty(ctxt, word, text).then(|| (database, text.value())),
        Err(error) => {
            ctxt.at(name.span(), error);
            None
        }
    }
}

fn not_empty(ctxt: &mut Ctxt, word: &str, text: &LitStr) -> bool {
    let empty = text.value().trim().is_empty();
    if empty {
        ctxt.at(text.span(), format_args!("`{word}` is empty"));
    }
    !empty
}

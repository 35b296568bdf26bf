//! Taking words out of the `#[colmig(...)]` of fields, or putting one in: from the text of a
//! file to its new text. No byte changes but those of the words and what held them together.

mod add;
mod attribute;
mod cut;
mod layout;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use colmig_schema::Model;
use colmig_schema::model::Transition;
use colmig_schema::parse;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, DeriveInput, Field, ItemStruct, Meta};

pub(crate) use add::{Addition, Renamed, with_renamed_from};
use attribute::Outcome;

const COLMIG: &str = "colmig";

/// A struct of the file, and the fields that have arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// The whole struct, as bytes of the file.
    pub(crate) item: Range<usize>,
    /// The fields, without `r#`.
    pub(crate) fields: BTreeSet<String>,
}

/// What became of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edited {
    /// The new text.
    pub(crate) text: String,
    /// The attributes that it has otherwise, in their order.
    pub(crate) edits: Vec<Edit>,
    /// The attributes that only a person can judge.
    pub(crate) left: Vec<Left>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The field, without `r#`.
    pub(crate) field: String,
    /// The words that go.
    pub(crate) words: Vec<String>,
    /// The attribute, as bytes of the text before.
    pub(crate) span: Range<usize>,
    /// How it reads now. Nothing, if nothing was left of it.
    pub(crate) after: String,
    /// Whether a comment in it stays, which may speak of what went.
    pub(crate) comments: bool,
}

/// One attribute that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The field, without `r#`.
    pub(crate) field: String,
    /// The words that should go.
    pub(crate) words: Vec<String>,
    /// The attribute, as bytes of the text.
    pub(crate) span: Range<usize>,
    /// Why it stays.
    pub(crate) why: Why,
}

/// Why an attribute stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It counts in some builds only.
    Conditional,
    /// A comment would lose its place.
    Comment,
    /// The text without it would not say what it should.
    Unsure,
}

impl Why {
    /// The same in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Why::Conditional => "it stands inside of `cfg_attr`",
            Why::Comment => "a comment stands inside of it",
            Why::Unsure => "without it the struct would not read as the same model",
        }
    }
}

/// Takes what has done its work out of the structs. Each is read again before it counts:
/// where it is not the same model without the words, it stays as it is.
pub(crate) fn without_transition(text: &str, structs: &[Arrived]) -> Edited {
    let mut structs: Vec<&Arrived> = structs.iter().collect();
    structs.sort_by_key(|arrived| arrived.item.start);
    let mut edited = Edited {
        text: text.to_owned(),
        edits: Vec::new(),
        left: Vec::new(),
    };
    // From the end, so that what stands before keeps its place.
    for arrived in structs.into_iter().rev() {
        let Some(source) = text.get(arrived.item.clone()) else {
            continue;
        };
        let mut one = edit_struct(source, &arrived.fields);
        let start = arrived.item.start;
        let mut whole = edited.text.clone();
        whole.replace_range(arrived.item.clone(), &one.text);
        if !one.edits.is_empty() && !is_rust(&whole) {
            one.give_up();
        } else {
            edited.text = whole;
        }
        one.edits
            .iter_mut()
            .for_each(|edit| shift(&mut edit.span, start));
        one.left
            .iter_mut()
            .for_each(|left| shift(&mut left.span, start));
        edited.edits.splice(0..0, one.edits);
        edited.left.splice(0..0, one.left);
    }
    edited
}

impl Edited {
    /// Leaves to a person what was going to be edited.
    fn give_up(&mut self) {
        let edits = self.edits.drain(..).map(|edit| Left {
            field: edit.field,
            words: edit.words,
            span: edit.span,
            why: Why::Unsure,
        });
        self.left.extend(edits);
        self.left.sort_by_key(|left| left.span.start);
    }
}

fn shift(span: &mut Range<usize>, by: usize) {
    span.start += by;
    span.end += by;
}

/// Whether the text of a file parses, with or without the line that a shell reads.
fn is_rust(text: &str) -> bool {
    syn::parse_file(text).is_ok()
}

fn edit_struct(source: &str, fields: &BTreeSet<String>) -> Edited {
    let mut edited = Edited {
        text: source.to_owned(),
        edits: Vec::new(),
        left: Vec::new(),
    };
    let Ok(item) = syn::parse_str::<ItemStruct>(source) else {
        return edited;
    };
    for field in item.fields.iter() {
        let Some(name) = field.ident.as_ref().map(|ident| ident.unraw().to_string()) else {
            continue;
        };
        if fields.contains(&name) {
            judge_field(source, field, &name, &mut edited);
        }
    }
    let mut text = source.to_owned();
    for edit in edited.edits.iter().rev() {
        if edit.after.is_empty() {
            cut::cut(&mut text, edit.span.clone());
        } else {
            text.replace_range(edit.span.clone(), &edit.after);
        }
    }
    let stays: BTreeSet<&str> = edited.left.iter().map(|left| left.field.as_str()).collect();
    let goes = |field: &str| fields.contains(field) && !stays.contains(field);
    if is_the_same(&item, &text, goes) {
        edited.text = text;
    } else {
        edited.give_up();
    }
    edited
}

/// Decides what becomes of the attributes of one field. Half of what belongs together would
/// be another rule, or a mistake: if one of them stays, all do.
fn judge_field(source: &str, field: &Field, name: &str, edited: &mut Edited) {
    let judged: Vec<(Vec<String>, Outcome, Range<usize>)> = field
        .attrs
        .iter()
        .filter_map(|attr| {
            let (words, outcome) = judge_attribute(source, attr)?;
            Some((words, outcome, attr.span().byte_range()))
        })
        .collect();
    let why = judged.iter().find_map(|(_, outcome, _)| match outcome {
        Outcome::Stays(why) => Some(*why),
        Outcome::Reads { .. } => None,
    });
    let field = name.to_owned();
    for (words, outcome, span) in judged {
        let field = field.clone();
        match (why, outcome) {
            (None, Outcome::Reads { after, comments }) => edited.edits.push(Edit {
                field,
                words,
                span,
                after,
                comments,
            }),
            (Some(why), _) | (None, Outcome::Stays(why)) => edited.left.push(Left {
                field,
                words,
                span,
                why,
            }),
        }
    }
}

/// The words of one attribute that have to go, if it has any, and what becomes of it.
fn judge_attribute(source: &str, attr: &Attribute) -> Option<(Vec<String>, Outcome)> {
    let Meta::List(list) = &attr.meta else {
        return None;
    };
    if list.path.is_ident("cfg_attr") {
        let words = conditional(list.tokens.clone());
        return (!words.is_empty()).then_some((words, Outcome::Stays(Why::Conditional)));
    }
    if !list.path.is_ident(COLMIG) {
        return None;
    }
    attribute::without(source, attr.span().byte_range(), list, &parse::TRANSITION)
}

/// The words in every `colmig(...)` of a `cfg_attr`.
fn conditional(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut words = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let before = position
            .checked_sub(1)
            .and_then(|before| tokens.get(before));
        match before {
            Some(TokenTree::Ident(name)) if name == COLMIG => {
                let items = attribute::items(group.stream());
                let names = items.iter().filter_map(attribute::Item::word);
                words.extend(names.filter(|word| parse::TRANSITION.contains(&word.as_str())));
            }
            _ => words.extend(conditional(group.stream())),
        }
    }
    words
}

/// Whether the new text is the struct as it was, but for how the columns come to be.
fn is_the_same(before: &ItemStruct, text: &str, goes: impl Fn(&str) -> bool) -> bool {
    let Ok(after) = syn::parse_str::<ItemStruct>(text) else {
        return false;
    };
    // What other derives read is the same, token by token.
    if bare(before, &goes) != bare(&after, &goes) {
        return false;
    }
    let (Some(mut before), Some(after)) = (model(before), model(&after)) else {
        return false;
    };
    for column in &mut before.columns {
        if goes(&column.field) {
            column.transition = Transition::default();
        }
    }
    before == after
}

/// The struct without our attributes on the fields that are edited.
fn bare(item: &ItemStruct, goes: impl Fn(&str) -> bool) -> ItemStruct {
    let mut item = item.clone();
    for field in &mut item.fields {
        let name = field.ident.as_ref().map(|ident| ident.unraw().to_string());
        if name.is_some_and(|name| goes(&name)) {
            field.attrs.retain(|attr| !attr.path().is_ident(COLMIG));
        }
    }
    item
}

fn model(item: &ItemStruct) -> Option<Model> {
    let parsed = parse::model(&DeriveInput::from(item.clone()));
    parsed.ok().map(|parsed| parsed.model)
}

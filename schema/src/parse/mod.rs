//! Models out of Rust sources.
//!
//! The derive and `cargo colmig` read a struct with the same code, so what the build
//! compares is what `generate` wrote. Attributes become a draft, the rules across fields
//! judge it, and what passes is a [`Model`]. Every mistake is an error at its token that
//! says what to do, and all mistakes of a struct are told at once.

mod attr;
mod call;
mod check;
mod comments;
mod ctxt;
mod depth;
mod document;
mod draft;
mod entry;
mod index;
mod input;
mod symbol;
#[cfg(test)]
mod tests;
mod types;

use syn::punctuated::Punctuated;
use syn::{Attribute, DeriveInput, Ident, Meta, Path, Token, Type};

use crate::Model;
use crate::model::Column;
use attr::StructAttrs;
pub use comments::comments;
use ctxt::Ctxt;
pub use depth::{STACK, check_depth};
use draft::Draft;
pub use input::derive_input;
pub use symbol::{IN_INDEX, IN_INDEX_PART, ON_FIELD, ON_STRUCT, TRANSITION};

/// A struct with `#[derive(Model)]`, read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParsedModel {
    /// The struct.
    pub ident: Ident,
    /// The path of colmig, where the struct names one.
    pub krate: Option<Path>,
    /// What the struct says about its table.
    pub model: Model,
    /// The fields, in the order of the struct.
    pub fields: Vec<ParsedField>,
}

/// One field of the struct.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParsedField {
    /// The field.
    pub ident: Ident,
    /// Its identifier as text, with `r#` where it has one.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Which of the model's columns it is; none for a field with `skip`.
    pub column: Option<usize>,
    /// Whether the runtime knows its type; codecs are named for all others.
    pub known: bool,
    /// The functions that convert it, where a rule in Rust does.
    pub in_rust: Option<InRust>,
    /// The function that fills it in old rows, where one in Rust does.
    pub filled: Option<FilledBy>,
    /// How serde has its value go in and out, where the struct is a collection.
    pub goes: AsDocument,
}

/// What serde is told of the value of a field, beside its type.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AsDocument {
    /// The function by which it is written.
    pub stored_by: Option<Path>,
    /// The function by which it is read.
    pub read_by: Option<Path>,
    /// What stands for it where a document lacks it.
    pub lacking: Option<Lacking>,
}

/// What stands for a field that a document lacks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Lacking {
    /// The default of its type.
    Default,
    /// What a function gives.
    By(Path),
    /// The field of the default of the struct, or of what a function gives in its place.
    OfStruct(Option<Path>),
}

/// A function in Rust that says what older rows hold in a new column.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FilledBy {
    /// Its path, with its place in the source.
    pub function: Path,
    /// The columns that it is called with, by their positions in the model.
    pub fields: Vec<usize>,
    /// The types of their fields.
    pub types: Vec<Type>,
}

/// A rule in Rust, as paths with their place in the source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InRust {
    /// From legacy to the field.
    pub up: Path,
    /// From the field to legacy.
    pub down: Path,
}

impl ParsedModel {
    /// The fields of the primary key, in the order of the struct.
    pub fn key(&self) -> impl Iterator<Item = &ParsedField> {
        let key = self.stored().filter(|(_, column)| column.primary_key);
        key.map(|(field, _)| field)
    }

    /// The fields that are stored, each with its column, in the order of both.
    pub fn stored(&self) -> impl Iterator<Item = (&ParsedField, &Column)> {
        let column = |position: usize| self.model.columns.get(position);
        self.fields
            .iter()
            .filter_map(move |field| Some((field, field.column.and_then(column)?)))
    }
}

/// Reads a struct.
///
/// # Errors
/// Every mistake in it, each at its token and with its remedy.
pub fn model(input: &DeriveInput) -> Result<ParsedModel, Vec<syn::Error>> {
    match partial_model(input) {
        (Some(parsed), mistakes) if mistakes.is_empty() => Ok(parsed),
        (_, mistakes) => Err(mistakes),
    }
}

/// Reads a struct, and gives what can be known of it beside its mistakes, so that the
/// derive can stand in for it: one mistake should be one message.
///
/// Nothing comes back for what cannot be a model at all, and then there is a mistake.
pub fn partial_model(input: &DeriveInput) -> (Option<ParsedModel>, Vec<syn::Error>) {
    ctxt::collect(|ctxt| read(ctxt, input))
}

/// Whether the attributes are those of a model: a derive of `Model`, and `#[colmig(...)]`
/// beside it or `colmig` in the derive's path. Those inside of `cfg_attr` count.
pub fn is_model(attrs: &[Attribute]) -> bool {
    let mut derives = false;
    let mut ours = false;
    entry::each_meta(attrs, &mut |meta| {
        if meta.path().is_ident(symbol::COLMIG) {
            ours = true;
        }
        let Meta::List(list) = meta else { return };
        if !list.path.is_ident("derive") {
            return;
        }
        let paths = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        for path in paths.into_iter().flatten() {
            if path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Model")
            {
                derives = true;
                ours |= path
                    .segments
                    .iter()
                    .any(|segment| segment.ident == symbol::COLMIG);
            }
        }
    });
    derives && ours
}

fn read(ctxt: &mut Ctxt, input: &DeriveInput) -> Option<ParsedModel> {
    let attrs = StructAttrs::read(ctxt, &input.attrs);
    let fields = check::named_fields(ctxt, input)?;
    let draft = Draft::read(ctxt, input, attrs, fields);
    if draft.is_collection() {
        document::check(ctxt, &draft);
    } else {
        document::check_table(ctxt, &draft);
        check::has_table(ctxt, &draft);
        check::table_was_another(ctxt, &draft);
        check::one_primary_key(ctxt, &draft);
        check::key_in_order(ctxt, &draft);
    }
    check::key_is_never_null(ctxt, &draft);
    check::no_backfill_on_key(ctxt, &draft);
    check::columns_differ(ctxt, &draft);
    Some(draft.finish(ctxt))
}

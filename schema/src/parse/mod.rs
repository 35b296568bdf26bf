//! Models out of Rust sources.
//!
//! The derive and `cargo colmig` read a struct with the same code, so what the build
//! compares is what `generate` wrote. Attributes become a draft, the rules across fields
//! judge it, and what passes is a [`Model`]. Every mistake is an error at its token that
//! says what to do, and all mistakes of a struct are told at once.

mod attr;
mod check;
mod ctxt;
mod entry;
mod symbol;
mod types;

use heck::ToSnakeCase as _;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, DeriveInput, Field, Ident, Meta, Path, Token, Type, Visibility};

use crate::Model;
use crate::model::{Column, ColumnType, Index, Replaces, Transition};
use attr::{FieldAttrs, StructAttrs};
use ctxt::Ctxt;
pub use symbol::{ON_FIELD, ON_STRUCT};

/// A struct with `#[derive(Model)]`, read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParsedModel {
    /// The struct.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
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
    /// The field, with `r#` where it has one.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
    /// Its type.
    pub ty: Type,
    /// Which of the model's columns it is; none for a field with `skip`.
    pub column: Option<usize>,
    /// What a caller may give for it.
    pub takes: Takes,
}

/// What a caller may give for the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// The type of the field.
    Exactly,
    /// All that converts into it: a `&str` for a `String`, a value for an `Option`.
    Into,
}

impl ParsedModel {
    /// The fields that are stored, each with its column, in the order of both.
    pub fn stored(&self) -> impl Iterator<Item = (&ParsedField, &Column)> {
        let column = |position: usize| self.model.columns.get(position);
        self.fields.iter().filter_map(move |field| Some((field, field.column.and_then(column)?)))
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
            if path.segments.last().is_some_and(|last| last.ident == "Model") {
                derives = true;
                ours |= path.segments.iter().any(|segment| segment.ident == symbol::COLMIG);
            }
        }
    });
    derives && ours
}

/// A struct whose attributes are read and not yet judged together.
#[derive(Debug)]
struct Draft<'a> {
    ident: &'a Ident,
    attrs: StructAttrs,
    fields: Vec<DraftField<'a>>,
}

#[derive(Debug)]
struct DraftField<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    vis: &'a Visibility,
    attrs: FieldAttrs,
    column: String,
    skipped: bool,
    key: bool,
}

impl<'a> Draft<'a> {
    fn stored(&self) -> impl Iterator<Item = &DraftField<'a>> {
        self.fields.iter().filter(|field| !field.skipped)
    }
}

fn read(ctxt: &mut Ctxt, input: &DeriveInput) -> Option<ParsedModel> {
    let attrs = StructAttrs::read(ctxt, &input.attrs);
    let fields = check::named_fields(ctxt, input)?;
    check::no_generics(ctxt, input);
    let suggestion = format!("{}s", input.ident.unraw().to_string().to_snake_case().trim_end_matches('s'));
    check::has_table(ctxt, input, &attrs, &suggestion);

    let fields = fields.iter().filter_map(|field| draft_field(ctxt, &attrs, field)).collect();
    let mut draft = Draft { ident: &input.ident, attrs, fields };
    let key = draft.attrs.primary_key.as_deref().and_then(|names| check::resolve(ctxt, &draft, names));
    if let Some(key) = key {
        let key: Vec<String> = key.into_iter().map(str::to_owned).collect();
        for field in draft.fields.iter_mut().filter(|field| !field.skipped) {
            field.key = key.contains(&field.column);
        }
    }
    check::one_primary_key(ctxt, &draft);
    check::key_in_order(ctxt, &draft);
    check::key_is_never_null(ctxt, &draft);
    check::no_backfill_on_key(ctxt, &draft);
    check::columns_differ(ctxt, &draft);

    let table = draft.attrs.table.clone().unwrap_or(suggestion);
    let indexes = declared_indexes(ctxt, &draft);
    let Draft { attrs, fields, .. } = draft;
    let mut model = Model {
        name: input.ident.unraw().to_string(),
        table,
        columns: Vec::with_capacity(fields.len()),
        indexes: Vec::new(),
        checks: attrs.checks,
    };
    let fields = fields.into_iter().map(|field| finish_field(ctxt, &mut model, field)).collect();
    check::indexes_differ(ctxt, &model, &indexes);
    model.indexes = indexes.into_iter().map(|(index, _)| index).collect();
    Some(ParsedModel {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: attrs.krate,
        model,
        fields,
    })
}

fn draft_field<'a>(ctxt: &mut Ctxt, on_struct: &StructAttrs, field: &'a Field) -> Option<DraftField<'a>> {
    let ident = field.ident.as_ref()?;
    let attrs = FieldAttrs::read(ctxt, &field.attrs);
    let skipped = attrs.words.get(symbol::SKIP).is_some();
    let column = match (&attrs.column, on_struct.rename_all) {
        (Some(column), _) => column.clone(),
        (None, Some(style)) => style.apply(&ident.unraw().to_string()),
        (None, None) => ident.unraw().to_string(),
    };
    let key = attrs.words.get(symbol::PRIMARY_KEY).is_some();
    if skipped {
        check::skip_stands_alone(ctxt, &attrs);
    } else {
        check::no_cfg(ctxt, &field.attrs);
        check::transition(ctxt, &column, &attrs);
    }
    Some(DraftField { ident, ty: &field.ty, vis: &field.vis, attrs, column, skipped, key })
}

fn declared_indexes(ctxt: &mut Ctxt, draft: &Draft<'_>) -> Vec<(Index, proc_macro2::Span)> {
    let mut indexes = Vec::new();
    for (unique, names) in &draft.attrs.indexes {
        let Some(columns) = check::resolve(ctxt, draft, names) else { continue };
        let columns = columns.into_iter().map(str::to_owned).collect();
        let span = names.first().map_or_else(proc_macro2::Span::call_site, Ident::span);
        indexes.push((Index { columns, unique: *unique }, span));
    }
    indexes
}

/// Adds the column of a field to the model.
fn finish_field(ctxt: &mut Ctxt, model: &mut Model, field: DraftField<'_>) -> ParsedField {
    let DraftField { ident, ty, vis, attrs, column, skipped, key } = field;
    let inner = types::optional(ty);
    let takes = if inner.is_some() || types::is_string(ty) { Takes::Into } else { Takes::Exactly };
    let mut position = None;
    if !skipped {
        if !key {
            check::has_setter(ctxt, ident);
        }
        position = Some(model.columns.len());
        let index = attrs.words.get(symbol::INDEX).is_some();
        let unique = attrs.words.get(symbol::UNIQUE).is_some();
        let ty = column_type(ctxt, inner.unwrap_or(ty), &attrs);
        let FieldAttrs { default, backfill, check, references, renamed_from, replaces, up, down, .. } = attrs;
        model.columns.push(Column {
            name: column,
            field: ident.unraw().to_string(),
            ty,
            nullable: inner.is_some(),
            primary_key: key,
            default,
            index,
            unique,
            check,
            references,
            transition: Transition {
                backfill,
                renamed_from,
                replaces: replaces.map(|columns| Replaces { columns, up, down }),
            },
        });
    }
    ParsedField { ident: ident.clone(), vis: vis.clone(), ty: ty.clone(), column: position, takes }
}

fn column_type(ctxt: &mut Ctxt, ty: &Type, attrs: &FieldAttrs) -> ColumnType {
    if let Some(sql_type) = &attrs.sql_type {
        return ColumnType::Custom(sql_type.clone());
    }
    match types::column_type(ty) {
        Ok(column_type) => column_type,
        Err(message) => {
            // A mistaken `sql_type` has been reported, and answers the question.
            if !attrs.words.has_or_means(symbol::SQL_TYPE) {
                ctxt.over(ty, message);
            }
            // It goes no further than to the stand-in for a mistaken struct.
            ColumnType::Text
        }
    }
}

//! A struct whose attributes are read and not yet judged together, and what it becomes.

use std::collections::BTreeMap;

use heck::ToSnakeCase as _;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Field, Ident, Token, Type};

use super::attr::{FieldAttrs, StructAttrs};
use super::ctxt::Ctxt;
use super::entry::Down;
use super::index::On;
use super::types::{self, Columnar};
use super::{FilledBy, InRust, ParsedField, ParsedModel, check, document, symbol};
use crate::Model;
use crate::model::{
    BackfillFn, Column, ColumnType, Dialected, Enumerated, Index, IndexPart, Indexed, Naming,
    Replaces, Transition,
};

/// The struct.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) ident: &'a Ident,
    pub(super) attrs: StructAttrs,
    pub(super) fields: Vec<DraftField<'a>>,
    /// Whether the struct is generic. That is reported, and its types are no news.
    pub(super) generic: bool,
}

/// One field, whether stored or skipped.
#[derive(Debug)]
pub(super) struct DraftField<'a> {
    pub(super) ident: &'a Ident,
    /// The identifier as text, with `r#` where it has one.
    name: String,
    pub(super) ty: &'a Type,
    pub(super) attrs: FieldAttrs,
    pub(super) column: String,
    pub(super) skipped: bool,
    pub(super) key: bool,
    /// What serde says of it, where the struct is a collection.
    serde: Option<document::OnField>,
}

/// What `backfill_fn` says.
struct Filled {
    by: FilledBy,
    columns: Vec<String>,
}

impl<'a> Draft<'a> {
    /// Reads the attributes of the struct and of its fields.
    pub(super) fn read(
        ctxt: &mut Ctxt,
        input: &'a DeriveInput,
        attrs: StructAttrs,
        fields: &'a Punctuated<Field, Token![,]>,
    ) -> Self {
        let generic = check::generic(ctxt, input);
        let serde = attrs.words.get(symbol::COLLECTION).is_some();
        let serde = serde.then(|| document::OnStruct::read(ctxt, &input.attrs));
        let fields = fields
            .iter()
            .filter_map(|field| DraftField::read(ctxt, &attrs, serde.as_ref(), field));
        let fields = fields.collect();
        let mut draft = Draft {
            ident: &input.ident,
            attrs,
            fields,
            generic,
        };
        draft.mark_key(ctxt);
        draft
    }

    /// The fields that are columns.
    pub(super) fn stored(&self) -> impl Iterator<Item = &DraftField<'a>> {
        self.fields.iter().filter(|field| !field.skipped)
    }

    /// Whether it is a collection of MongoDB, and no table.
    pub(super) fn is_collection(&self) -> bool {
        self.attrs.words.get(symbol::COLLECTION).is_some()
    }

    /// The table that the struct would have, were it for its name.
    pub(super) fn likely_table(&self) -> String {
        let name = self.ident.unraw().to_string().to_snake_case();
        if name.ends_with('s') {
            name
        } else {
            format!("{name}s")
        }
    }

    /// Marks the fields of the key that the struct names.
    fn mark_key(&mut self, ctxt: &mut Ctxt) {
        let names = self.attrs.primary_key.as_deref();
        let Some(key) = names.and_then(|names| check::resolve(ctxt, self, names)) else {
            return;
        };
        for field in key {
            self.fields[field].key = true;
        }
    }

    /// What `backfill_fn` says on a field, with the fields that it names.
    fn filled(&self, ctxt: &mut Ctxt, field: usize) -> Option<Filled> {
        let call = self.fields[field].attrs.backfill_fn.as_ref()?;
        let own = self.fields[field].ident;
        let fields = check::made_of(ctxt, self, own, &call.fields)?;
        // Positions are those of the columns: a field with `skip` has none.
        let stored = |field: &usize| {
            let before = self.fields[..*field].iter();
            before.filter(|field| !field.skipped).count()
        };
        Some(Filled {
            columns: self.columns(&fields),
            by: FilledBy {
                function: call.function.clone(),
                fields: fields.iter().map(stored).collect(),
                types: fields
                    .iter()
                    .map(|field| self.fields[*field].ty.clone())
                    .collect(),
            },
        })
    }

    /// The columns of these fields.
    fn columns(&self, fields: &[usize]) -> Vec<String> {
        fields
            .iter()
            .map(|field| self.fields[*field].column.clone())
            .collect()
    }

    /// The indexes that the struct declares, and those of fields that say more than that they
    /// are there, each with its place.
    fn indexes(&self, ctxt: &mut Ctxt) -> Vec<(Index, Span)> {
        let on_struct = self.attrs.indexes.iter().map(|index| (index, None));
        let on_fields = self
            .fields
            .iter()
            .enumerate()
            .flat_map(|(position, field)| {
                let indexes = field.attrs.indexes.iter();
                indexes.map(move |index| (index, Some(position)))
            });
        let mut indexes = Vec::with_capacity(self.attrs.indexes.len());
        for (declared, own) in on_struct.chain(on_fields) {
            let resolve = |ctxt: &mut Ctxt, names: &[Ident]| check::resolve(ctxt, self, names);
            let Some(fields) = resolve(ctxt, &declared.fields()) else {
                continue;
            };
            let Some(include) = resolve(ctxt, &declared.include) else {
                continue;
            };
            for (name, field) in declared.include.iter().zip(&include) {
                if fields.contains(field) || own == Some(*field) {
                    ctxt.at(
                        name.span(),
                        format_args!(
                            "the index is over `{name}` already: take it out of `include`"
                        ),
                    );
                }
            }
            let mut columns = self.columns(&fields).into_iter();
            let parts = declared.parts.iter().map(|part| IndexPart {
                on: match (&part.on, own) {
                    (On::Expression(texts), _) => Indexed::Expression(texts.clone()),
                    (On::Own, Some(own)) => Indexed::Column(self.fields[own].column.clone()),
                    // One for each part that is a field, in their order.
                    (On::Field(_) | On::Own, _) => {
                        Indexed::Column(columns.next().unwrap_or_default())
                    }
                },
                descending: part.descending,
                nulls: part.nulls,
                ops: part.ops.clone(),
            });
            let index = Index {
                parts: parts.collect(),
                unique: declared.unique,
                only: declared.only.clone(),
                using: declared.using.clone(),
                include: self.columns(&include),
            };
            indexes.push((index, declared.at));
        }
        indexes
    }

    /// Makes the model.
    pub(super) fn finish(self, ctxt: &mut Ctxt) -> ParsedModel {
        let is_collection = self.is_collection();
        let table = self
            .attrs
            .table
            .clone()
            .or_else(|| self.attrs.collection.clone())
            .unwrap_or_else(|| self.likely_table());
        let indexes = self.indexes(ctxt);
        let filled: Vec<Option<Filled>> = (0..self.fields.len())
            .map(|field| self.filled(ctxt, field))
            .collect();
        let Draft {
            ident,
            attrs,
            fields,
            generic,
        } = self;
        let mut model = Model {
            name: ident.unraw().to_string(),
            table,
            collection: is_collection,
            renamed_from: attrs.renamed_from,
            columns: Vec::with_capacity(fields.len()),
            indexes: Vec::new(),
            checks: attrs.checks,
        };
        let fields = fields
            .into_iter()
            .zip(filled)
            .map(|(field, filled)| field.finish(ctxt, &mut model, filled, generic));
        let fields = fields.collect();
        // Behind the fields, whose positions are those of their columns.
        let version = attrs.schema_version.filter(|_| is_collection);
        let version = version.map(|name| Column::of_version(&name.value()));
        model.columns.extend(version);
        check::indexes_differ(ctxt, &model, &indexes);
        model.indexes = indexes.into_iter().map(|(index, _)| index).collect();
        ParsedModel {
            ident: ident.clone(),
            krate: attrs.krate,
            model,
            fields,
        }
    }
}

impl<'a> DraftField<'a> {
    fn read(
        ctxt: &mut Ctxt,
        on_struct: &StructAttrs,
        collection: Option<&document::OnStruct>,
        field: &'a Field,
    ) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let attrs = FieldAttrs::read(ctxt, &field.attrs);
        let name = format!("{ident}");
        let unraw = name.strip_prefix("r#").unwrap_or(&name);
        let serde = collection.map(|of| document::OnField::read(ctxt, of, &field.attrs));
        let (column, skipped, key) = match (collection, &serde) {
            (Some(collection), Some(serde)) => {
                let named = serde.rename.clone();
                let column = named.unwrap_or_else(|| collection.name(unraw));
                let key = column == document::KEY;
                (column, serde.skipped, key)
            }
            _ => (
                match (&attrs.column, on_struct.rename_all) {
                    (Some(column), _) => column.clone(),
                    (None, Some(style)) => style.apply(unraw),
                    (None, None) => unraw.to_owned(),
                },
                attrs.words.get(symbol::SKIP).is_some(),
                attrs.words.get(symbol::PRIMARY_KEY).is_some(),
            ),
        };
        if skipped {
            check::skip_stands_alone(ctxt, &attrs);
        } else {
            check::no_cfg(ctxt, &field.attrs);
            if attrs.column.is_none() && serde.is_none() {
                check::name_fits(ctxt, ident, &column);
            }
            check::transition(ctxt, &column, &attrs);
        }
        Some(DraftField {
            ident,
            name,
            ty: &field.ty,
            attrs,
            column,
            skipped,
            key,
            serde,
        })
    }

    /// Adds the field's column to the model.
    fn finish(
        self,
        ctxt: &mut Ctxt,
        model: &mut Model,
        filled: Option<Filled>,
        generic: bool,
    ) -> ParsedField {
        let DraftField { ident, ty, .. } = self;
        let name = self.name.clone();
        let functions = (self.attrs.up_fn.clone(), self.attrs.down_fn.clone());
        let in_rust = match functions {
            (Some(up), Some(down)) => Some(InRust { up, down }),
            _ => None,
        };
        let goes = self.serde.as_ref().map(|serde| serde.goes.clone());
        let inner = types::optional(ty);
        let column = (!self.skipped).then_some(model.columns.len());
        let mut known = false;
        if column.is_some() {
            let columnar = self.columnar(ctxt, inner.unwrap_or(ty), generic);
            known = columnar.known;
            model
                .columns
                .push(self.column(columnar.ty, inner.is_some(), filled.as_ref()));
        }
        ParsedField {
            ident: ident.clone(),
            name,
            ty: ty.clone(),
            column,
            known,
            in_rust,
            filled: filled.map(|filled| filled.by),
            goes: goes.unwrap_or_default(),
        }
    }

    fn columnar(&self, ctxt: &mut Ctxt, ty: &Type, generic: bool) -> Columnar {
        if let Some(serde) = &self.serde {
            let name = document::bson_type(ctxt, ty, serde, self.attrs.bson_type.as_ref());
            return Columnar {
                ty: ColumnType::Custom(Dialected::Same(name.to_owned())),
                known: true,
            };
        }
        if let Some(sql_type) = &self.attrs.sql_type {
            // It may only be called like a type that the runtime knows.
            let sql_type = sql_type.clone();
            let ty = match self.attrs.values.clone() {
                Some(values) => ColumnType::Enum(Enumerated { sql_type, values }),
                None => ColumnType::Custom(sql_type),
            };
            return Columnar { ty, known: false };
        }
        if let Some(values) = self.attrs.words.get(symbol::VALUES)
            && !self.attrs.words.has_or_means(symbol::SQL_TYPE)
        {
            ctxt.at(
                values.span(),
                "`values` are those of a type: name it with `sql_type = \"...\"`",
            );
        }
        types::columnar(ty).unwrap_or_else(|message| {
            // Mistakes that have been reported, and are the reason for this one.
            let told = [symbol::SQL_TYPE, symbol::FLATTEN];
            if !generic && !told.iter().any(|word| self.attrs.words.has_or_means(word)) {
                ctxt.over(ty, message);
            }
            // It goes no further than to the stand-in for a mistaken struct.
            Columnar {
                ty: ColumnType::Text,
                known: true,
            }
        })
    }

    fn column(self, ty: ColumnType, nullable: bool, filled: Option<&Filled>) -> Column {
        let FieldAttrs {
            words,
            default,
            check,
            references,
            backfill,
            indexes,
            renamed_from,
            ..
        } = self.attrs;
        // Where it says more, it stands among the indexes of the struct.
        let plain = |word: &str| {
            let mut said = indexes.iter();
            words.get(word).is_some() && !said.any(|index| index.unique == (word == symbol::UNIQUE))
        };
        let (up, down) = (self.attrs.up, self.attrs.down);
        let up_fn = self.attrs.up_fn.as_ref().map(path);
        let down_fn = self.attrs.down_fn.as_ref().map(path);
        let replaces = self.attrs.replaces.map(|columns| {
            let down = match (down, columns.first()) {
                (Some(Down::Only(text)), Some(only)) => BTreeMap::from([(only.clone(), text)]),
                (Some(Down::Each(each)), _) => each
                    .into_iter()
                    .map(|(column, _, text)| (column, text))
                    .collect(),
                _ => BTreeMap::new(),
            };
            Replaces {
                columns,
                up,
                down,
                up_fn,
                down_fn,
            }
        });
        Column {
            name: self.column,
            field: self.name.trim_start_matches("r#").to_owned(),
            ty,
            nullable,
            may_lack: self.serde.is_some_and(|serde| serde.has_default) && !nullable && !self.key,
            primary_key: self.key,
            version: false,
            default,
            index: plain(symbol::INDEX),
            unique: plain(symbol::UNIQUE),
            check,
            check_naming: Naming::default(),
            references,
            // See [`comments`](super::comments()).
            comment: None,
            transition: Transition {
                backfill,
                backfill_fn: filled.map(|filled| BackfillFn {
                    function: path(&filled.by.function),
                    columns: filled.columns.clone(),
                }),
                renamed_from,
                replaces,
            },
        }
    }
}

/// A path as people write it.
pub(super) fn path(path: &syn::Path) -> String {
    let leading = path.leading_colon.map_or("", |_| "::");
    let segments = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string());
    format!("{leading}{}", segments.collect::<Vec<_>>().join("::"))
}

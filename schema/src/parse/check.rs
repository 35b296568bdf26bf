//! The rules across attributes and across fields, one function each.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, Token};

use super::attr::{FieldAttrs, LONGEST_NAME};
use super::ctxt::Ctxt;
use super::draft::{Draft, DraftField};
use super::entry::{Down, each_meta};
use super::symbol;
use crate::model::{Index, Model};
use crate::nearest::nearest;

/// A model is a struct with named fields.
pub(super) fn named_fields<'a>(
    ctxt: &mut Ctxt,
    input: &'a DeriveInput,
) -> Option<&'a Punctuated<Field, Token![,]>> {
    let name = &input.ident;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(&fields.named),
            Fields::Unnamed(fields) => ctxt.over(
                fields,
                format_args!("the columns of a model need names: write `struct {name} {{ id: i64, ... }}`"),
            ),
            Fields::Unit => ctxt.at(
                name.span(),
                format_args!("`{name}` has no columns: write `struct {name} {{ id: i64, ... }}`"),
            ),
        },
        Data::Enum(data) => ctxt.at(
            data.enum_token.span,
            format_args!(
                "a model is a struct with named fields. To store an enum in a column, derive `sqlx::Type` for \
                 `{name}`, and put #[colmig(sql_type = \"...\")] on the field of the model"
            ),
        ),
        Data::Union(data) => {
            ctxt.at(data.union_token.span, "a model is a struct with named fields, and no union");
        }
    }
    None
}

/// A model is one table, and a generic struct would be many. Whether it is.
pub(super) fn generic(ctxt: &mut Ctxt, input: &DeriveInput) -> bool {
    let generics = &input.generics;
    if generics.params.is_empty() {
        // `where` alone is rare, and as little to be carried into the accessors.
        if let Some(clause) = &generics.where_clause {
            ctxt.over(clause, "a model has no `where` clause: it is one table");
        }
        return false;
    }
    let name = &input.ident;
    if generics.lifetimes().next().is_some() {
        ctxt.over(
            &generics.params,
            format_args!("a model owns what it holds: use `String` for `&str` and `Vec<u8>` for `&[u8]` in `{name}`"),
        );
    } else {
        ctxt.over(
            &generics.params,
            format_args!("a model cannot be generic, for it is one table: write a struct for each table instead of `{name}`"),
        );
    }
    true
}

/// The table stands in the source, so that renaming the struct is never a new table.
pub(super) fn has_table(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    if !draft.attrs.words.has_or_means(symbol::TABLE) {
        let (ident, table) = (draft.ident, draft.likely_table());
        ctxt.at(
            ident.span(),
            format_args!(
                "`{}` names no table: add #[colmig(table = \"{table}\")]",
                ident.unraw()
            ),
        );
    }
}

/// A table that is renamed had another name.
pub(super) fn table_was_another(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let (table, from) = (&draft.attrs.table, &draft.attrs.renamed_from);
    if let (Some(table), Some(at)) = (table, draft.attrs.words.get(symbol::RENAMED_FROM))
        && from.as_ref() == Some(table)
    {
        ctxt.at(
            at.span(),
            format_args!("the table is called `{table}` already: take `renamed_from` away"),
        );
    }
}

/// A skipped field is no column, so nothing can be said of its column.
pub(super) fn skip_stands_alone(ctxt: &mut Ctxt, attrs: &FieldAttrs) {
    if let Some((word, at)) = attrs.words.other_than(&[symbol::SKIP]) {
        ctxt.at(
            at.span(),
            format_args!("a field with `skip` has no column: take `{word}` or `skip` away"),
        );
    }
}

/// A table has its columns in every build.
pub(super) fn no_cfg(ctxt: &mut Ctxt, attrs: &[Attribute]) {
    each_meta(attrs, &mut |meta| {
        if meta.path().is_ident("cfg") {
            ctxt.over(
                meta,
                "a column is there in every build: take `cfg` away, or add #[colmig(skip)] if the field is not stored",
            );
        }
    });
}

/// A database that cuts names would take two long columns for one.
pub(super) fn name_fits(ctxt: &mut Ctxt, ident: &Ident, column: &str) {
    if column.len() > LONGEST_NAME {
        ctxt.at(
            ident.span(),
            format_args!(
                "the column `{column}` has {} bytes, and PostgreSQL cuts a name at {LONGEST_NAME}: add \
                 #[colmig(column = \"...\")] with a shorter one",
                column.len()
            ),
        );
    }
}

/// What says how a column comes to be must fit together.
pub(super) fn transition(ctxt: &mut Ctxt, column: &str, attrs: &FieldAttrs) {
    let at = |word| attrs.words.get(word).map(Ident::span);
    if !attrs.words.has_or_means(symbol::REPLACES) {
        for word in [symbol::UP, symbol::DOWN, symbol::UP_FN, symbol::DOWN_FN] {
            if let Some(span) = at(word) {
                ctxt.at(
                    span,
                    format_args!(
                        "`{word}` belongs to a column that takes the place of another: add `replaces = \"...\"`; \
                         the value of older rows in a new column is `backfill`"
                    ),
                );
            }
        }
    } else if let Some(span) = at(symbol::BACKFILL) {
        ctxt.at(
            span,
            "with `replaces`, the value of older rows is `up`: take `backfill` away",
        );
    } else if let Some(span) = at(symbol::BACKFILL_FN) {
        ctxt.at(
            span,
            "with `replaces`, the value of older rows is `up`, or `up_fn` and `down_fn`: take `backfill_fn` away",
        );
    }
    if let (Some(_), Some(span)) = (at(symbol::BACKFILL), at(symbol::BACKFILL_FN)) {
        ctxt.at(
            span,
            "old rows are filled by SQL, `backfill`, or by Rust, `backfill_fn`: take one away",
        );
    }
    if let Some(columns) = &attrs.replaces {
        replaced(ctxt, column, columns, attrs);
        in_rust(ctxt, columns, attrs);
    }
    let Some(span) = at(symbol::RENAMED_FROM) else {
        return;
    };
    if attrs.words.get(symbol::REPLACES).is_some() {
        ctxt.at(
            span,
            "a column is renamed, or it replaces others: take one away",
        );
    }
    if attrs.renamed_from.as_deref() == Some(column) {
        ctxt.at(
            span,
            format_args!("the column is called `{column}` already: take `renamed_from` away"),
        );
    }
}

/// A column takes the place of others, each of which is named once.
fn replaced(ctxt: &mut Ctxt, column: &str, columns: &[String], attrs: &FieldAttrs) {
    let at = |word| {
        attrs
            .words
            .get(word)
            .map_or_else(Span::call_site, Ident::span)
    };
    for (position, legacy) in columns.iter().enumerate() {
        if legacy == column {
            ctxt.at(
                at(symbol::REPLACES),
                format_args!(
                    "a column cannot take its own place: give the new one a name of its own, such as \
                     #[colmig(column = \"{column}_2\", replaces = \"{column}\")]"
                ),
            );
        } else if columns[..position].contains(legacy) {
            ctxt.at(
                at(symbol::REPLACES),
                format_args!("`{legacy}` stands here twice"),
            );
        }
    }
    match &attrs.down {
        Some(Down::Only(_)) if columns.len() > 1 => {
            let each: Vec<String> = columns
                .iter()
                .map(|legacy| format!("{legacy} = \"...\""))
                .collect();
            ctxt.at(
                at(symbol::DOWN),
                format_args!(
                    "say it for each of the columns: `down({})`",
                    each.join(", ")
                ),
            );
        }
        Some(Down::Each(each)) => {
            for (position, (legacy, span, _)) in each.iter().enumerate() {
                if !columns.contains(legacy) {
                    ctxt.at(
                        *span,
                        format_args!("`{legacy}` is none of the columns that are replaced"),
                    );
                } else if each[..position].iter().any(|(other, ..)| other == legacy) {
                    ctxt.at(*span, format_args!("`{legacy}` stands here twice"));
                }
            }
        }
        _ => {}
    }
}

/// A rule in Rust goes both ways, and is the only one.
fn in_rust(ctxt: &mut Ctxt, columns: &[String], attrs: &FieldAttrs) {
    let at = |word| attrs.words.get(word).map(Ident::span);
    let (up, down) = (at(symbol::UP_FN), at(symbol::DOWN_FN));
    let Some(span) = up.or(down) else { return };
    for (missing, word, what) in [
        (
            up.is_none(),
            symbol::UP_FN,
            "what the field is for a value of the column that it replaces",
        ),
        (
            down.is_none(),
            symbol::DOWN_FN,
            "what that column holds for a value of the field, for builds of before go on reading it",
        ),
    ] {
        if missing && !attrs.words.has_or_means(word) {
            ctxt.at(
                span,
                format_args!("a rule in Rust goes both ways: add `{word} = \"...\"`, a function that says {what}"),
            );
        }
    }
    for word in [symbol::UP, symbol::DOWN] {
        if let Some(span) = at(word) {
            ctxt.at(
                span,
                format_args!(
                    "a rule is in SQL, `up` and `down`, or in Rust, `up_fn` and `down_fn`: take `{word}` away"
                ),
            );
        }
    }
    if columns.len() > 1 {
        ctxt.at(
            span,
            "a rule in Rust takes one column for one: merge the columns by `up` and `down`, in SQL, and convert what comes \
             of it in a migration of its own",
        );
    }
}

/// Every row has had its primary key since it was inserted.
pub(super) fn no_backfill_on_key(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    for field in draft.stored().filter(|field| field.key) {
        for word in [symbol::BACKFILL, symbol::BACKFILL_FN] {
            if let Some(at) = field.attrs.words.get(word) {
                ctxt.at(
                    at.span(),
                    format_args!("a primary key is never filled in later: take `{word}` away"),
                );
            }
        }
    }
}

/// A model has one primary key: one field says so, or the struct names several.
pub(super) fn one_primary_key(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let marks: Vec<(&Ident, &Ident)> = draft
        .stored()
        .filter_map(|field| Some((field.ident, field.attrs.words.get(symbol::PRIMARY_KEY)?)))
        .collect();
    if draft.attrs.words.get(symbol::PRIMARY_KEY).is_some() {
        for (_, mark) in marks {
            ctxt.at(
                mark.span(),
                "the struct names the primary key: take this `primary_key` away",
            );
        }
        return;
    }
    match marks.as_slice() {
        [] => {
            let misspelt = draft.attrs.words.has_or_means(symbol::PRIMARY_KEY)
                || draft
                    .fields
                    .iter()
                    .any(|field| field.attrs.words.has_or_means(symbol::PRIMARY_KEY));
            if !misspelt {
                ctxt.at(
                    draft.ident.span(),
                    format_args!(
                        "`{}` has no primary key: add #[colmig(primary_key)] to the field that is it",
                        draft.ident.unraw()
                    ),
                );
            }
        }
        [_] => {}
        several => {
            let fields = several
                .iter()
                .map(|(field, _)| field.to_string())
                .collect::<Vec<_>>()
                .join(", ");
            for (_, mark) in &several[1..] {
                ctxt.at(
                    mark.span(),
                    format_args!(
                        "a second primary key: for one over several fields, put #[colmig(primary_key({fields}))] \
                         on the struct instead"
                    ),
                );
            }
        }
    }
}

/// The key is taken in the order of the struct, by the database and by the accessors.
pub(super) fn key_in_order(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let Some(named) = &draft.attrs.primary_key else {
        return;
    };
    let positions = named.iter().map(|name| {
        draft
            .fields
            .iter()
            .position(|field| same(field.ident, name))
    });
    let Some(positions) = positions.collect::<Option<Vec<_>>>() else {
        return;
    };
    if let Some(early) = positions.windows(2).position(|pair| pair[0] > pair[1]) {
        ctxt.at(
            named[early + 1].span(),
            format_args!(
                "a key follows the order of the fields: move the field `{}` above `{}`, or name it first here",
                named[early],
                named[early + 1],
            ),
        );
    }
}

/// A key without a value finds nothing.
pub(super) fn key_is_never_null(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    for field in draft.stored().filter(|field| field.key) {
        if let Some(inner) = super::types::optional(field.ty) {
            ctxt.over(
                field.ty,
                format_args!(
                    "a primary key cannot be NULL: write `{}: {}`",
                    field.ident,
                    super::types::plain(inner)
                ),
            );
        }
    }
}

/// No two fields are one column.
pub(super) fn columns_differ(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let stored: Vec<_> = draft.stored().collect();
    for (position, field) in stored.iter().enumerate() {
        let Some(first) = stored[..position]
            .iter()
            .find(|other| other.column == field.column)
        else {
            continue;
        };
        let at = field.attrs.words.get(symbol::COLUMN).unwrap_or(field.ident);
        ctxt.at(
            at.span(),
            format_args!(
                "`{}` is the column of `{}` already: name another",
                field.column, first.ident
            ),
        );
    }
}

/// The fields that the struct names somewhere, as positions in the draft.
pub(super) fn resolve(ctxt: &mut Ctxt, draft: &Draft<'_>, names: &[Ident]) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(names.len());
    let mut mistaken = false;
    for name in names {
        let named = |field: &DraftField<'_>| !field.skipped && same(field.ident, name);
        match draft.fields.iter().position(named) {
            Some(field) if !found.contains(&field) => {
                found.push(field);
                continue;
            }
            Some(_) => ctxt.at(name.span(), format_args!("`{name}` stands here twice")),
            None => ctxt.at(name.span(), no_such_field(draft, name)),
        }
        mistaken = true;
    }
    (!mistaken).then_some(found)
}

/// The fields that the value of `own` is made of, as positions in the draft.
pub(super) fn made_of(
    ctxt: &mut Ctxt,
    draft: &Draft<'_>,
    own: &Ident,
    names: &[Ident],
) -> Option<Vec<usize>> {
    if let Some(name) = names.iter().find(|name| same(name, own)) {
        ctxt.at(
            name.span(),
            format_args!("old rows hold no `{own}` that it could be made of: name other fields"),
        );
        return None;
    }
    resolve(ctxt, draft, names)
}

fn same(one: &Ident, other: &Ident) -> bool {
    one == other || one.unraw() == other.unraw()
}

fn no_such_field(draft: &Draft<'_>, name: &Ident) -> String {
    if draft.fields.iter().any(|field| same(field.ident, name)) {
        return format!("`{name}` has `skip`, and so no column");
    }
    let text = name.unraw().to_string();
    if let Some(field) = draft.stored().find(|field| field.column == text) {
        return format!("`{name}` is a column: name its field, `{}`", field.ident);
    }
    let fields: Vec<String> = draft
        .stored()
        .map(|field| field.ident.to_string())
        .collect();
    match nearest(&text, fields.iter().map(String::as_str)) {
        Some(near) => format!("no field `{name}`: did you mean `{near}`?"),
        None => format!("no field `{name}` in `{}`", draft.ident.unraw()),
    }
}

/// The name of an index follows from its columns, so no two may have the same ones.
pub(super) fn indexes_differ(ctxt: &mut Ctxt, model: &Model, declared: &[(Index, Span)]) {
    // Names are made only where the struct declares indexes at all.
    for (position, (index, span)) in declared.iter().enumerate() {
        let name = index.name(&model.table);
        let of_columns = model.columns.iter().flat_map(|column| column.indexes());
        let before = declared[..position].iter().map(|(other, _)| other.clone());
        if let Some(other) = of_columns
            .chain(before)
            .find(|other| other.name(&model.table) == name)
        {
            let what = if other == *index {
                "is declared already"
            } else {
                "would have the name of another"
            };
            ctxt.at(*span, format_args!("this index {what}: take one away"));
        }
    }
}

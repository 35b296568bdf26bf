//! The one item that the derive writes: `impl colmig::__private::Derived`.

use crate::parse::{FilledBy, ParsedField, ParsedModel};
use crate::{Record, Sql};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::code::{Code, Text};
use super::descriptor;

/// The trait.
pub(super) const TRAIT: &str = "Derived";

/// How many fields the runtime reads as one tuple.
const TUPLE: usize = 16;

/// The type of the key, as it stands in the struct.
pub(super) fn key_type(fields: &[&ParsedField]) -> TokenStream {
    match fields {
        [only] => only.ty.to_token_stream(),
        several => {
            let types = several.iter().map(|field| &field.ty);
            quote!((#(#types),*))
        }
    }
}

/// Of a struct without a mistake.
pub(super) fn expand(code: &Code, parsed: &ParsedModel, record: Option<&Record>) -> TokenStream {
    let key: Vec<&ParsedField> = parsed.key().collect();
    let mut others = custom(code, parsed, record).unwrap_or_default();
    others.extend(rules(code, parsed, record));
    let text = Text::implementation(code, TRAIT, &parsed.ident, &key_type(&key), |text| {
        descriptor::write(text, parsed, record);
        value(text, parsed);
        if key.len() > 1 {
            key_part(text, key.len());
        }
        read(text, parsed);
    });
    let item = code.tokens(&text);
    match others.is_empty() {
        true => item,
        false => Code::add(item, others),
    }
}

/// An array rather than a `match`, which would be checked for being exhaustive.
fn value(text: &mut Text<'_>, parsed: &ParsedModel) {
    text.code("fn value(&self, field: usize) -> &dyn ")
        .path("Any { [");
    for (position, (field, _)) in parsed.stored().enumerate() {
        if position == 0 {
            text.code("&self.")
                .code(&field.name)
                .code(" as &dyn ")
                .path("Any");
        } else {
            text.code(", &self.").code(&field.name);
        }
    }
    text.code("][field] }");
}

fn key_part(text: &mut Text<'_>, parts: usize) {
    text.code("fn key_part(key: &Self::Key, part: usize) -> &dyn ")
        .path("Any { [&key.0 as &dyn ")
        .path("Any");
    for part in 1..parts {
        text.code(", &key.").number(part);
    }
    text.code("][part] }");
}

/// One tuple of all fields that need no codec; those that do follow.
fn read(text: &mut Text<'_>, parsed: &ParsedModel) {
    text.code("fn read(reader: &mut ")
        .path("Reader<'_>) -> ")
        .path("Result<Self> { ");
    let known = parsed.stored().filter(|(field, _)| field.known).count();
    if known > 0 {
        text.code("let (");
        if known <= TUPLE {
            text.code(&tuple(0..known));
        } else {
            for first in (0..known).step_by(TUPLE) {
                let names = tuple(first..known.min(first + TUPLE));
                text.code("(").code(&names).code("), ");
            }
        }
        text.code(") = reader.take()?; ");
    }
    text.code("::core::result::Result::Ok(Self { ");
    let (mut stored, mut taken) = (0, 0);
    for field in &parsed.fields {
        text.code(&field.name);
        match (field.column, field.known) {
            (None, _) => text.code(": ::core::default::Default::default(), "),
            (Some(_), true) => text.code(": __").number(taken).code(", "),
            (Some(_), false) => text.code(": reader.custom(").number(stored).code(")?, "),
        };
        stored += usize::from(field.column.is_some());
        taken += usize::from(field.column.is_some() && field.known);
    }
    text.code("}) }");
}

/// Names of a tuple, each with a comma, for so does a tuple of one.
fn tuple(names: std::ops::Range<usize>) -> String {
    // Most structs have the beginning of this, which is cut and not put together.
    const FIRST: &str = "__0, __1, __2, __3, __4, __5, __6, __7, __8, __9, ";
    if names.start == 0 && names.end <= 10 {
        FIRST[..names.end * "__0, ".len()].to_owned()
    } else {
        names.map(|name| format!("__{name}, ")).collect()
    }
}

/// The codecs of types that the runtime does not know. Each type stands here with its own
/// span, so one that a database cannot store is an error at the field.
fn custom(code: &Code, parsed: &ParsedModel, record: Option<&Record>) -> Option<TokenStream> {
    if parsed.stored().all(|(field, _)| field.known) {
        return None;
    }
    let path = code.path();
    let databases = descriptor::databases(parsed, record);
    let stored = parsed.stored().enumerate();
    let codecs = stored
        .filter(|(_, (field, _))| !field.known)
        .map(|(position, (field, _))| {
            let (ty, position) = (&field.ty, Literal::usize_unsuffixed(position));
            let each = databases.iter().map(|database| match database {
                Sql::Postgres => quote!(.postgres(#path::postgres_codec!(#ty))),
                Sql::MariaDb => quote!(.mariadb(#path::mariadb_codec!(#ty))),
                Sql::Sqlite => quote!(.sqlite(#path::sqlite_codec!(#ty))),
            });
            quote_spanned! {ty.span()=>
                (#position, #path::Codecs::NONE #(#each)*)
            }
        });
    Some(quote!(const CUSTOM: &'static [(usize, #path::Codecs)] = &[#(#codecs),*];))
}

/// The module in which code finds what it uses, with a place in the source.
pub(super) fn path_at(code: &Code, span: Span) -> TokenStream {
    let path = code.path().clone().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    path.collect()
}

/// The rules in Rust of columns in flight. Each function stands here with its own span, so
/// one that does not fit the field is an error at its attribute.
fn rules(code: &Code, parsed: &ParsedModel, record: Option<&Record>) -> Option<TokenStream> {
    let path = code.path();
    let databases = descriptor::databases(parsed, record);
    let stored = parsed.stored().enumerate();
    let rules: Vec<TokenStream> = stored
        .filter_map(|(position, (field, column))| {
            let recorded = record.and_then(|record| record.column(&column.name));
            if let (None, Some(filled)) = (recorded, &field.filled) {
                // It is called once there is a migration, and fits or does not by now.
                let position = Literal::usize_unsuffixed(position);
                return Some(fill(code, &position, &field.ty, filled, &databases));
            }
            let flight = recorded?.flight.as_ref()?;
            if !flight.in_rust {
                return None;
            }
            let position = Literal::usize_unsuffixed(position);
            if let Some(filled) = &field.filled {
                return Some(fill(code, &position, &field.ty, filled, &databases));
            }
            let in_rust = field.in_rust.as_ref()?;
            let ty = &field.ty;
            let (up, down) = (&in_rust.up, &in_rust.down);
            // What is wrong with the whole of it is told at the function, too.
            let path = path_at(code, up.span());
            let each = databases.iter().map(|database| match database {
                Sql::Postgres => quote_spanned!(up.span()=> .postgres()),
                Sql::MariaDb => quote_spanned!(up.span()=> .mariadb()),
                Sql::Sqlite => quote_spanned!(up.span()=> .sqlite()),
            });
            let rule = quote_spanned!(up.span()=> #path::Converted::<_, _, #ty>::new(#up, #down) #(#each)*);
            Some(quote!((#position, &#rule)))
        })
        .collect();
    if rules.is_empty() {
        return None;
    }
    Some(quote!(const RULES: &'static [(usize, &'static dyn #path::Rule)] = &[#(#rules),*];))
}

/// A rule that fills a new column. It is called with the fields themselves, by reference, so
/// the compiler says of each of them whether the function takes it.
fn fill(
    code: &Code,
    position: &Literal,
    ty: &syn::Type,
    filled: &FilledBy,
    databases: &[Sql],
) -> TokenStream {
    let FilledBy {
        function,
        fields,
        types,
    } = filled;
    let span = function.span();
    let path = path_at(code, span);
    let each = databases.iter().map(|database| match database {
        Sql::Postgres => quote_spanned!(span=> .postgres()),
        Sql::MariaDb => quote_spanned!(span=> .mariadb()),
        Sql::Sqlite => quote_spanned!(span=> .sqlite()),
    });
    let fields = fields.iter().map(|field| Literal::usize_unsuffixed(*field));
    // Each is bound first, so that the compiler says of it no more than that its type is wrong.
    let names: Vec<_> = (0..types.len())
        .map(|at| quote::format_ident!("__{at}", span = span))
        .collect();
    let values = types
        .iter()
        .zip(&names)
        .enumerate()
        .map(|(at, (ty, name))| {
            let at = Literal::usize_unsuffixed(at);
            quote_spanned!(span=> let #name = #path::input::<#ty>(values, #at)?;)
        });
    quote_spanned! {span=>
        (#position, &#path::Filled::<(#(#types,)*), _, #ty>::new(
            &[#(#fields),*],
            |values| {
                #(#values)*
                ::core::option::Option::Some(#function(#(#names),*))
            },
        ) #(#each)*)
    }
}

//! The items that the derive writes for a collection: `impl colmig::__private::DerivedDocument`, and what
//! makes of it one of those that `colmig::convert` takes.
//!
//! serde reads and writes the fields, so there is little to say: how they are called, and which
//! of them are in flight.

use crate::Record;
use crate::parse::{FilledBy, Lacking, ParsedField, ParsedModel};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::code::{Code, Text};
use super::derived::{key_type, path_at};
use super::descriptor;

/// The trait.
pub(super) const TRAIT: &str = "DerivedDocument";

/// Of a struct without a mistake.
pub(super) fn expand(code: &Code, parsed: &ParsedModel, record: Option<&Record>) -> TokenStream {
    let key: Vec<&ParsedField> = parsed.key().collect();
    let text = Text::implementation(code, TRAIT, &parsed.ident, &key_type(&key), |text| {
        descriptor::write(text, parsed, record);
    });
    let item = code.tokens(&text);
    let mut others = encoded(code, parsed).unwrap_or_default();
    others.extend(rules(code, parsed, record));
    let mut item = match others.is_empty() {
        true => item,
        false => Code::add(item, others),
    };
    item.extend(convertible(code, &parsed.ident));
    item
}

/// Beside the trait: the library cannot tell a collection from a table, which has it by itself.
pub(super) fn convertible(code: &Code, ident: &Ident) -> TokenStream {
    let path = code.path();
    quote! {
        #[automatically_derived]
        impl #path::Convertible for #ident {
            const OF: &'static #path::Descriptor = <Self as #path::Document>::DESCRIPTOR;
        }
    }
}

/// How the fields are stored of which serde is told a function: an update has to call it, too.
/// Each stands here with its own span, so one that does not fit is an error at its attribute.
fn encoded(code: &Code, parsed: &ParsedModel) -> Option<TokenStream> {
    let path = code.path();
    let stored = parsed.stored().enumerate();
    let encoded: Vec<TokenStream> = stored
        .filter_map(|(position, (field, _))| {
            let (ty, function) = (&field.ty, field.goes.stored_by.as_ref()?);
            let position = Literal::usize_unsuffixed(position);
            let written = written_by(code, ty, function);
            Some(quote_spanned! {function.span()=>
                (#position, |value| #path::encoded::<#ty>(value, |value| { #written }))
            })
        })
        .collect();
    if encoded.is_empty() {
        return None;
    }
    Some(quote!(const ENCODED: &'static [(usize, #path::Encode)] = &[#(#encoded),*];))
}

/// What `value`, a reference, is stored as by a function.
fn written_by(code: &Code, ty: &syn::Type, function: &syn::Path) -> TokenStream {
    let path = code.path();
    quote_spanned! {function.span()=>
        struct With<'a>(&'a #ty);
        impl #path::Serialize for With<'_> {
            fn serialize<S: #path::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #function(self.0, serializer)
            }
        }
        #path::encode(&With(value))
    }
}

/// What `stored` is read as by a function.
fn read_by(code: &Code, ty: &syn::Type, function: &syn::Path) -> TokenStream {
    let path = code.path();
    quote_spanned! {function.span()=>
        struct With(#ty);
        impl<'de> #path::Deserialize<'de> for With {
            fn deserialize<D: #path::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::core::result::Result::map(#function(deserializer), With)
            }
        }
        ::core::result::Result::map(#path::decode::<With>(stored), |with| with.0)
    }
}

/// How the value of a field goes in and out, as serde does it for the struct.
fn as_bson(code: &Code, parsed: &ParsedModel, field: &ParsedField) -> TokenStream {
    let (ty, goes) = (&field.ty, &field.goes);
    let span = ty.span();
    let path = path_at(code, span);
    let write = goes.stored_by.as_ref().map_or_else(
        || quote_spanned!(span=> #path::encode::<#ty>),
        |function| {
            let written = written_by(code, ty, function);
            quote_spanned!(function.span()=> |value: &#ty| { #written })
        },
    );
    let read = match &goes.read_by {
        None if goes.lacking.is_none() => {
            return quote_spanned!(span=> #path::AsBson::<#ty>::new(#write, #path::decode::<#ty>));
        }
        None => quote_spanned!(span=> #path::decode::<#ty>(stored)),
        Some(function) => read_by(code, ty, function),
    };
    let read = match &goes.lacking {
        None => read,
        Some(lacking) => {
            let (name, model) = (&field.ident, &parsed.ident);
            let lacking = match lacking {
                Lacking::Default => quote_spanned!(span=> ::core::default::Default::default()),
                Lacking::By(function) => quote_spanned!(span=> #function()),
                Lacking::OfStruct(None) => {
                    quote_spanned!(span=> <#model as ::core::default::Default>::default().#name)
                }
                Lacking::OfStruct(Some(function)) => quote_spanned!(span=> #function().#name),
            };
            quote_spanned! {span=>
                if stored.is_none() {
                    return ::core::result::Result::Ok(#lacking);
                }
                #read
            }
        }
    };
    quote_spanned!(span=> #path::AsBson::<#ty>::new(#write, |stored| { #read }))
}

/// The rules in Rust of fields in flight. Each function stands here with its own span, so one that
/// does not fit the field is an error at its attribute.
fn rules(code: &Code, parsed: &ParsedModel, record: Option<&Record>) -> Option<TokenStream> {
    let path = code.path();
    let stored = parsed.stored().enumerate();
    let rules: Vec<TokenStream> = stored
        .filter_map(|(at, (field, column))| {
            let position = Literal::usize_unsuffixed(at);
            let recorded = record.and_then(|record| record.column(&column.name));
            if let (None, Some(filled)) = (recorded, &field.filled) {
                // It is called once there is a migration, and fits or does not by now.
                return Some(fill(code, parsed, &position, field, filled));
            }
            recorded?.flight.as_ref().filter(|flight| flight.in_rust)?;
            if let Some(filled) = &field.filled {
                return Some(fill(code, parsed, &position, field, filled));
            }
            let in_rust = field.in_rust.as_ref()?;
            let (ty, up, down) = (&field.ty, &in_rust.up, &in_rust.down);
            let goes = as_bson(code, parsed, field);
            // What is wrong with the whole of it is told at the function, too.
            let path = path_at(code, up.span());
            let rule = quote_spanned! {up.span()=>
                #path::DocumentConverted::<_, _, #ty>::new(#up, #down, #goes)
            };
            Some(quote!((#position, &#rule)))
        })
        .collect();
    if rules.is_empty() {
        return None;
    }
    Some(
        quote!(const RULES: &'static [(usize, &'static dyn #path::DocumentRule)] = &[#(#rules),*];),
    )
}

/// A rule that fills a new field. It is called with the fields themselves, by reference, so the
/// compiler says of each of them whether the function takes it.
fn fill(
    code: &Code,
    parsed: &ParsedModel,
    position: &Literal,
    field: &ParsedField,
    filled: &FilledBy,
) -> TokenStream {
    let FilledBy {
        function, fields, ..
    } = filled;
    let (span, ty) = (function.span(), &field.ty);
    let path = path_at(code, span);
    let inputs: Vec<(&ParsedField, &str)> = fields
        .iter()
        .filter_map(|at| parsed.stored().nth(*at))
        .map(|(field, column)| (field, column.name.as_str()))
        .collect();
    // Each is bound first, so that the compiler says of it no more than that its type is wrong.
    let names: Vec<Ident> = (0..inputs.len())
        .map(|at| quote::format_ident!("__{at}", span = span))
        .collect();
    let values = inputs.iter().zip(&names).enumerate();
    let values = values.map(|(at, ((input, column), name))| {
        let at = Literal::usize_unsuffixed(at);
        let goes = as_bson(code, parsed, input);
        quote_spanned!(span=> let #name = &#goes.input(values, #at, #column)?;)
    });
    let fields = fields.iter().map(|field| Literal::usize_unsuffixed(*field));
    let goes = as_bson(code, parsed, field);
    quote_spanned! {span=>
        (#position, &#path::DocumentFilled::<_, #ty>::new(
            &[#(#fields),*],
            |values| {
                #(#values)*
                ::core::result::Result::Ok(#function(#(#names),*))
            },
            #goes,
        ))
    }
}

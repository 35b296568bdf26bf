//! The stand-in for a struct that has a mistake.
//!
//! The rest of the application calls the accessors of the struct. If they were missing,
//! one mistake would be an error at each call; so the struct gets what type checks
//! and is never run, for the build has failed.

use crate::parse::{ParsedField, ParsedModel};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::code::{Code, Text};
use super::derived::key_type;
use super::{derived, document};

/// The mistakes, and the stand-in. `partial` is what could be read of the struct.
pub(super) fn expand(
    code: &Code,
    input: &DeriveInput,
    partial: Option<&ParsedModel>,
    mistakes: &[syn::Error],
) -> TokenStream {
    let errors = mistakes.iter().map(syn::Error::to_compile_error);
    let errors = quote!(#(#errors)*);
    if !input.generics.params.is_empty() || input.generics.where_clause.is_some() {
        // The trait asks for types that own what they hold, which these may not do.
        return errors;
    }
    let key: Vec<&ParsedField> = partial.iter().flat_map(|parsed| parsed.key()).collect();
    let key = if key.is_empty() {
        // Nobody can say, and what people give for a key will do.
        let path = code.path();
        quote!(#path::Unknown)
    } else {
        key_type(&key)
    };
    let collection = partial.is_some_and(|parsed| parsed.model.collection);
    let name = if collection {
        document::TRAIT
    } else {
        derived::TRAIT
    };
    let text = Text::implementation(code, name, &input.ident, &key, |text| {
        text.code("const MODEL: &'static str = \"\";");
        if collection {
            return;
        }
        text.code(" fn value(&self, _: usize) -> &dyn ")
            .path("Any { loop {} } fn read(_: &mut ")
            .path("Reader<'_>) -> ")
            .path("Result<Self> { loop {} }");
    });
    let mut stand_in = code.tokens(&text);
    if collection {
        stand_in.extend(document::convertible(code, &input.ident));
    }
    quote!(#errors #stand_in)
}

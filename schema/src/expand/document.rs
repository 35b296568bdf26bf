//! The one item that the derive writes for a collection: `impl colmig::__private::DerivedDocument`.
//!
//! serde reads and writes the fields, so there is little to say: how they are called, and which
//! of them are in flight.

use crate::Record;
use crate::parse::{ParsedField, ParsedModel};
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::code::{Code, Text};
use super::derived::key_type;
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
    match encoded(code, parsed) {
        Some(encoded) => Code::add(item, encoded),
        None => item,
    }
}

/// How the fields are stored of which serde is told a function: an update has to call it, too.
/// Each stands here with its own span, so one that does not fit is an error at its attribute.
fn encoded(code: &Code, parsed: &ParsedModel) -> Option<TokenStream> {
    let path = code.path();
    let stored = parsed.stored().enumerate();
    let encoded: Vec<TokenStream> = stored
        .filter_map(|(position, (field, _))| {
            let (ty, function) = (&field.ty, field.stored_by.as_ref()?);
            let position = Literal::usize_unsuffixed(position);
            Some(quote_spanned! {function.span()=>
                (#position, |value| {
                    struct With<'a>(&'a #ty);
                    impl #path::Serialize for With<'_> {
                        fn serialize<S: #path::Serializer>(
                            &self,
                            serializer: S,
                        ) -> ::core::result::Result<S::Ok, S::Error> {
                            #function(self.0, serializer)
                        }
                    }
                    #path::encoded::<#ty>(value, |value| #path::encode(&With(value)))
                })
            })
        })
        .collect();
    if encoded.is_empty() {
        return None;
    }
    Some(quote!(const ENCODED: &'static [(usize, #path::Encode)] = &[#(#encoded),*];))
}

//! The stand-in for a struct that has a mistake.
//!
//! The rest of the application calls the accessors of the struct. If they were missing,
//! one mistake would be an error at each call; so the struct gets accessors that type
//! check and are never run, for the build has failed.

use crate::parse::ParsedModel;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::accessor::{Key, Shell};

/// The mistakes, and the stand-in. `partial` is what could be read of the struct.
pub(super) fn expand(
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
    let shell = match partial {
        Some(parsed) => Shell::of(parsed),
        None => Shell {
            ident: &input.ident,
            vis: &input.vis,
            krate: None,
            key: Key::Unknown,
            setters: Vec::new(),
        },
    };
    let stand_in = shell.around(model_impl(&shell));
    quote!(#errors #stand_in)
}

fn model_impl(shell: &Shell<'_>) -> TokenStream {
    let (ident, update, key) = (shell.ident, shell.update(), shell.key.ty());
    quote! {
        impl __colmig::Model for #ident {
            type Key = #key;
            type Update = #update;
            fn descriptor() -> &'static __colmig::Descriptor {
                loop {}
            }
            fn value(&self, _: usize) -> &dyn __colmig::Any {
                loop {}
            }
            fn key_value(_: &Self::Key, _: usize) -> &dyn __colmig::Any {
                loop {}
            }
            fn read(_: &mut __colmig::Reader<'_>) -> __colmig::Result<Self> {
                loop {}
            }
            fn begin_update(_: __colmig::Update<Self>) -> Self::Update {
                loop {}
            }
        }
    }
}

//! From a struct to its accessors: parse -> model -> compare with the record -> emit.
//!
//! The derive calls it for the build, and `cargo colmig expand` for people. Everything here
//! is a function from tokens and a record to tokens; who calls it has read the record. The cost of a model in `cargo check` is a promise of colmig's, and a
//! derive runs unoptimised in most builds: what is emitted stays small, and what the
//! compiler has to prove for it as well.

mod accessor;
mod descriptor;
mod drift;
mod fallback;
mod source;
#[cfg(test)]
mod tests;

use crate::parse;
use proc_macro2::TokenStream;
use syn::DeriveInput;

use accessor::Shell;
pub use source::{Refused, SWITCH, Source};

/// Expands the derive. `find` finds the record of a table.
pub fn model(input: TokenStream, find: impl FnOnce(&str) -> Source) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (parsed, mistakes) = parse::partial_model(&input);
    let parsed = match parsed {
        Some(parsed) if mistakes.is_empty() => parsed,
        partial => return fallback::expand(&input, partial.as_ref(), &mistakes),
    };
    let (record, mut inside) = match find(&parsed.model.table) {
        Source::Compared(record) => {
            let checks = drift::checks(&parsed, &record);
            (Some(record), checks)
        }
        Source::Unchecked(record) => (record, TokenStream::new()),
        Source::Refused(reason) => {
            let error = syn::Error::new(parsed.ident.span(), reason.of(&parsed.model.name));
            return fallback::expand(&input, Some(&parsed), &[error]);
        }
    };
    inside.extend(drift::tracked(record.as_ref()));
    inside.extend(descriptor::expand(&parsed, record.as_ref()));
    inside.extend(accessor::model_impl(&parsed));
    Shell::of(&parsed).around(inside)
}

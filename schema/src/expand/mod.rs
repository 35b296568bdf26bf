//! From a struct to what the derive writes: parse -> model -> compare with the record -> emit.
//!
//! The derive calls it for the build, and `cargo colmig expand` for people. Everything here
//! is a function from tokens and a record to tokens; who calls it has read the record.
//!
//! The cost of a model in `cargo check` is a promise of colmig's: under a third of
//! `sqlx::FromRow`. Three things keep it (`cargo xtask bench derive`). Few items: to the
//! compiler an item, be it a method of two words, costs as much as all fields of a struct
//! in one expression; the accessors are methods of a trait, and fields are named
//! by a macro where they are used. Little to prove: fields are read as one tuple. And text: a
//! derive runs unoptimised in most builds, and the compiler's own lexer does not.

mod code;
mod derived;
mod descriptor;
mod document;
mod drift;
mod fallback;
mod source;
#[cfg(test)]
mod tests;

use crate::parse;
use proc_macro2::TokenStream;

use code::Code;
pub use source::{Refused, SWITCH, Source};

/// What makes tokens of text: `str::parse`, or the compiler's own where it is at hand, for
/// proc-macro2 reads all text itself before it hands it to the compiler.
pub type Lexer = fn(&str) -> Result<TokenStream, String>;

/// The [`Lexer`] of those who are not called by the compiler.
///
/// # Errors
/// What is no Rust, and why.
pub fn lex(text: &str) -> Result<TokenStream, String> {
    text.parse()
        .map_err(|error: proc_macro2::LexError| error.to_string())
}

/// Expands the derive. `find` finds the record of a table.
pub fn model(input: TokenStream, find: impl FnOnce(&str) -> Source, lexer: Lexer) -> TokenStream {
    let input = match parse::derive_input(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (parsed, mistakes) = parse::partial_model(&input);
    let parsed = match parsed {
        Some(parsed) if mistakes.is_empty() => parsed,
        partial => {
            let code = Code::new(partial.as_ref(), lexer);
            return fallback::expand(&code, &input, partial.as_ref(), &mistakes);
        }
    };
    let code = Code::new(Some(&parsed), lexer);
    let (record, mut expanded) = match find(&parsed.model.table) {
        Source::Compared(record) => {
            let mut checks = drift::checks(&code, &parsed, &record);
            if !checks.is_empty() {
                checks.extend(drift::watch_switch());
            }
            (Some(record), checks)
        }
        Source::Unchecked(record) => (record, drift::watch_switch()),
        Source::Refused(reason) => {
            let error = syn::Error::new(parsed.ident.span(), reason.of(&parsed.model.name));
            return fallback::expand(&code, &input, Some(&parsed), &[error]);
        }
    };
    expanded.extend(match parsed.model.collection {
        true => document::expand(&code, &parsed, record.as_ref()),
        false => derived::expand(&code, &parsed, record.as_ref()),
    });
    expanded
}

//! Generated code as text, and tokens made of it.

use std::fmt;

use crate::parse::ParsedModel;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::Lexer;

/// What all code for one struct has in common.
pub(super) struct Code {
    /// Where it finds what it uses, with `::` at the end. Paths are written out
    /// everywhere, for a module around them with a `use` is two more items.
    runtime: String,
    path: TokenStream,
    lexer: Lexer,
}

impl Code {
    pub(super) fn new(parsed: Option<&ParsedModel>, lexer: Lexer) -> Self {
        let krate = parsed.and_then(|parsed| parsed.krate.as_ref());
        let (runtime, path) = match krate {
            Some(krate) => (
                format!("{}::__private::", krate.to_token_stream()),
                quote!(#krate::__private),
            ),
            None => (
                "::colmig::__private::".to_owned(),
                quote!(::colmig::__private),
            ),
        };
        Code {
            runtime,
            path,
            lexer,
        }
    }

    /// The module in which code finds what it uses, as tokens.
    pub(super) fn path(&self) -> &TokenStream {
        &self.path
    }

    /// Text as tokens, in which nothing has a place in the source. Each call is a source
    /// file to the compiler: one for a struct will do.
    pub(super) fn tokens(&self, text: &str) -> TokenStream {
        (self.lexer)(text).unwrap_or_else(|error| {
            let message =
                format!("colmig has written what is no Rust, which is a bug: {error}: {text}");
            syn::Error::new(Span::call_site(), message).into_compile_error()
        })
    }

    /// Adds items to the implementation that stands last in `item`.
    pub(super) fn add(item: TokenStream, items: TokenStream) -> TokenStream {
        let mut trees: Vec<TokenTree> = item.into_iter().collect();
        if let Some(TokenTree::Group(body)) = trees.last_mut() {
            let mut inside = body.stream();
            inside.extend(items);
            *body = Group::new(Delimiter::Brace, inside);
        }
        trees.into_iter().collect()
    }
}

/// Code in the making.
///
/// Its pieces go through the standard library's own formatter, as those of
/// [`access`](crate::access) do: a `String` that is pushed to by this crate would be as
/// little optimised as a derive is in most builds.
pub(super) struct Text<'a> {
    to: &'a mut dyn fmt::Write,
    runtime: &'a str,
}

impl Text<'_> {
    /// The implementation of the trait of that name for a struct, with the items that `inside` writes.
    pub(super) fn implementation(
        code: &Code,
        name: &str,
        ident: &Ident,
        key: &TokenStream,
        inside: impl Fn(&mut Text<'_>),
    ) -> String {
        let written = fmt::from_fn(|f| {
            let mut text = Text {
                to: f,
                runtime: &code.runtime,
            };
            text.code("#[automatically_derived] impl ")
                .path(name)
                .code(&format!(" for {ident} {{ type Key = {key}; "));
            inside(&mut text);
            text.code("}");
            Ok(())
        });
        format!("{written}")
    }

    /// Code as it is.
    pub(super) fn code(&mut self, code: &str) -> &mut Self {
        // Nothing stands behind the formatter that could fail, here and below.
        let _ = self.to.write_str(code);
        self
    }

    /// Something of the runtime.
    pub(super) fn path(&mut self, name: &str) -> &mut Self {
        let _ = self.to.write_str(self.runtime);
        self.code(name)
    }

    pub(super) fn number(&mut self, number: usize) -> &mut Self {
        let _ = write!(self.to, "{number}");
        self
    }

    /// A string literal, without escapes where that can be.
    pub(super) fn literal(&mut self, value: &str) -> &mut Self {
        let (open, close) = if value.contains('\r') || value.contains("\"#") {
            let _ = write!(self.to, "{value:?}");
            return self;
        } else if value.contains('"') || value.contains('\\') {
            ("r#\"", "\"#")
        } else {
            ("\"", "\"")
        };
        self.code(open).code(value).code(close)
    }
}

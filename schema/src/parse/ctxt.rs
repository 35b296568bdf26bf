//! The mistakes of one struct, gathered so that all of them are told at once.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

/// The mistakes found so far.
///
/// [`collect`] alone makes one and hands the mistakes back with the result, so none can
/// be dropped unseen.
#[derive(Debug)]
pub(super) struct Ctxt(Vec<syn::Error>);

/// Runs `read`, and gives what it made of the input together with every mistake it met.
pub(super) fn collect<T>(read: impl FnOnce(&mut Ctxt) -> T) -> (T, Vec<syn::Error>) {
    let mut ctxt = Ctxt(Vec::new());
    let result = read(&mut ctxt);
    (result, ctxt.0)
}

impl Ctxt {
    /// A mistake at one token.
    pub(super) fn at(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// A mistake that takes up all of `tokens`.
    pub(super) fn over(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// How many there are so far.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// A mistake found elsewhere.
    pub(super) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }
}

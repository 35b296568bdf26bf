//! A function of other fields, as `backfill_fn` names it: `"path::to(one, other)"`.

use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token};

use super::ctxt::Ctxt;
use super::entry::Entry;

/// A function, and the fields that it is called with. Each token has the place of the text.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) function: Path,
    pub(super) fields: Vec<Ident>,
}

impl Call {
    /// Reads it. The fields stand there by name, and not the whole row: the field itself has no
    /// value yet, and only what the function is called with has to stay the same meanwhile.
    pub(super) fn read(ctxt: &mut Ctxt, entry: &Entry) -> Option<Call> {
        let text = entry.text(ctxt)?;
        let word = &entry.word;
        if let Ok(path) = text.parse_with(Path::parse_mod_style) {
            let path = super::draft::path(&path);
            ctxt.at(
                text.span(),
                format_args!(
                    "name the fields that `{path}` is called with: `{word} = \"{path}(field, other)\"`"
                ),
            );
            return None;
        }
        let call = text.parse_with(|input: ParseStream<'_>| {
            let function = Path::parse_mod_style(input)?;
            let inside;
            syn::parenthesized!(inside in input);
            let fields = Punctuated::<Ident, Token![,]>::parse_terminated(&inside)?;
            Ok(Call {
                function,
                fields: fields.into_iter().collect(),
            })
        });
        match call {
            Ok(call) if call.fields.is_empty() => ctxt.at(
                text.span(),
                format_args!(
                    "`{word}` is called with no field, so every old row would hold the same: say it with `backfill`"
                ),
            ),
            Ok(call) => return Some(call),
            Err(_) => ctxt.at(
                text.span(),
                format_args!(
                    "this is no function of fields: `{word} = \"path::to_function(field, other)\"`"
                ),
            ),
        }
        None
    }
}

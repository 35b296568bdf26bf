//! Drift: where the struct is not what the newest migration holds.
//!
//! The derive looks once, when it expands. Where it sees a difference it emits a check
//! that the compiler evaluates against the file as it is then, and a message for the
//! case that the difference is still there. So a file that `generate` has just written
//! counts at once, also where an editor keeps an old expansion.

use crate::model::Column;
use crate::parse::ParsedModel;
use crate::{Record, record};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::code::{Code, Text};
use super::source::SWITCH;

const RUN: &str = "run `cargo colmig generate`";

/// Writes the text that embeds the record, and so makes cargo build anew when it changes.
pub(super) fn embed(text: &mut Text<'_>, record: Option<&Record>) {
    if let Some(record) = record {
        text.code(", ::core::include_str!(::core::concat!(::core::env!(\"CARGO_MANIFEST_DIR\"), ")
            .literal(&path(record))
            .code("))");
    }
}

/// Makes cargo build anew when the switch is turned. Where there is no difference to the
/// record it decides nothing.
pub(super) fn watch_switch() -> TokenStream {
    quote! {
        const _: ::core::option::Option<&str> = ::core::option_env!(#SWITCH);
    }
}

/// Where the record stands, below the folder of the crate.
fn path(record: &Record) -> String {
    format!("/{}/{}", record::FOLDER, Record::file_name(&record.table))
}

/// A check for each difference.
pub(super) fn checks(code: &Code, parsed: &ParsedModel, record: &Record) -> TokenStream {
    let mut checks = TokenStream::new();
    let model = &parsed.model;
    let name = &model.name;
    for (field, column) in parsed.stored() {
        let found = difference(column, record, model.collection).map(|(what, line)| {
            let message = format!("`{}` of `{name}` {what}", field.ident.unraw());
            check(
                code,
                record,
                field.ident.span(),
                &Condition::Holds(line),
                &message,
            )
        });
        checks.extend(found);
    }
    let at_struct = parsed.ident.span();
    if let Some(version) = model.version()
        && let Some((what, line)) = difference(version, record, true)
    {
        let message = format!("the version `{}` of `{name}` {what}", version.name);
        let holds = Condition::Holds(line);
        checks.extend(check(code, record, at_struct, &holds, &message));
    }
    for recorded in &record.columns {
        if model.column(&recorded.name).is_none() {
            let message = format!(
                "the newest migration holds `{}` of `{name}`, which the struct no longer has: {RUN}",
                recorded.name
            );
            let beginning = Record::column_line(&recorded.name, "");
            checks.extend(check(
                code,
                record,
                at_struct,
                &Condition::Lacks(beginning),
                &message,
            ));
        }
    }
    let shape = model.shape_fingerprint();
    if shape != record.shape {
        let message = format!(
            "the indexes or checks of `{name}` are not what the newest migration holds: {RUN}"
        );
        let line = Record::shape_line(&shape);
        checks.extend(check(
            code,
            record,
            at_struct,
            &Condition::Holds(line),
            &message,
        ));
    }
    checks
}

/// How a column differs from its record, and the line that the record should have.
fn difference(column: &Column, record: &Record, collection: bool) -> Option<(String, String)> {
    let print = column.fingerprint();
    let line = || Record::column_line(&column.name, &print);
    let Some(recorded) = record.column(&column.name) else {
        let mut what = format!("is in no migration: {RUN}");
        if needs_value(column) && collection {
            what.push_str(
                ". It is required, and the documents that are there need a value: add #[colmig(backfill = \"...\")] or \
                 #[serde(default)], or make it an `Option`",
            );
        } else if needs_value(column) {
            what.push_str(
                ". It is required, and the rows that are there need a value: add #[colmig(backfill = \"...\")] or \
                 #[colmig(default = \"...\")], or make it an `Option`",
            );
        }
        return Some((what, line()));
    };
    if recorded.fingerprint != print {
        return Some((
            format!("is not what the newest migration holds: {RUN}"),
            line(),
        ));
    }
    // How a column comes to be counts for as long as it is on its way.
    let flight = recorded.flight.as_ref()?;
    let transition = column.transition_fingerprint();
    if flight.fingerprint == transition {
        return None;
    }
    let what = format!(
        "is on its way by another rule than this: migration {} was generated with the rule as it was; take the \
         edit back, or {RUN} to see what can be done",
        flight.migration
    );
    Some((what, record.flight_line_of(&column.name, &transition)?))
}

/// Whether rows that are older than the column have no value for it.
fn needs_value(column: &Column) -> bool {
    let transition = &column.transition;
    !column.nullable
        && !column.may_lack
        && column.default.is_none()
        && transition.backfill.is_none()
        && transition.backfill_fn.is_none()
        && transition.renamed_from.is_none()
        && transition.replaces.is_none()
}

/// What the record has to be like for the struct to fit.
enum Condition {
    Holds(String),
    Lacks(String),
}

fn check(
    code: &Code,
    record: &Record,
    span: Span,
    condition: &Condition,
    message: &str,
) -> TokenStream {
    let (runtime, path) = (code.path(), path(record));
    let (function, line) = match condition {
        Condition::Holds(line) => (quote!(holds), line),
        Condition::Lacks(beginning) => (quote!(lacks), beginning),
    };
    quote_spanned! {span=>
        const _: () = if !#runtime::#function(
            ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path)),
            #line,
        ) {
            ::core::panic!("{}", #message)
        };
    }
}

//! Internal to [colmig](https://docs.rs/colmig): the derive macro, which `colmig` exports.

#![forbid(unsafe_code)]

mod record;

use proc_macro::TokenStream;

/// Makes a struct a model: one table, with accessors that are right in every phase.
///
/// ```ignore
/// #[derive(colmig::Model, Debug, Clone)]
/// #[colmig(table = "users", unique(tenant, email))]
/// pub struct User {
///     #[colmig(primary_key)]
///     pub id: i64,
///     pub tenant: i64,
///     pub email: String,
///     #[colmig(backfill = "lower(email)", index)]
///     pub login: String,
/// }
/// ```
///
/// On the struct:
///
/// | attribute | says |
/// | --- | --- |
/// | `table = "users"` | the table; always needed, so that renaming the struct renames nothing |
/// | `rename_all = "camelCase"` | how fields are spelt as columns, in serde's words |
/// | `primary_key(a, b)` | a composite primary key |
/// | `index(a, b)`, `unique(a, b)` | an index over several fields, in this order |
/// | `check = "..."` | a condition on every row, an SQL expression |
/// | `crate = "path"` | where colmig is, if not at `::colmig` |
///
/// On a field:
///
/// | attribute | says |
/// | --- | --- |
/// | `primary_key` | the primary key |
/// | `column = "..."` | the column, if it is not called like the field |
/// | `sql_type = "..."` | the column's type, for newtypes and enums |
/// | `default = "..."` | the database's default, an SQL expression |
/// | `backfill = "..."` | what rows hold that are older than the column, an SQL expression over the row |
/// | `backfill_fn = "path(field, other)"` | the same, as a function in Rust of other fields |
/// | `index`, `unique` | an index on this column |
/// | `check = "..."` | a condition on this column, an SQL expression |
/// | `references = "orgs(id)"` | a foreign key |
/// | `renamed_from = "..."`, `replaces = "..."` with `up`, `down` | what the column takes the place of |
/// | `up_fn = "path"`, `down_fn = "path"` | with `replaces`: the same as functions in Rust |
/// | `skip` | not stored; read as its `Default` |
///
/// `sql_type`, `default`, `backfill` and `check` may differ by database:
/// `sql_type(postgres = "citext", sqlite = "TEXT COLLATE NOCASE")`.
///
/// A struct that no migration holds as it is does not compile; `cargo colmig generate`
/// mends that. It reads sources, not what macros make of them, so a struct that a
/// `macro_rules!` writes is never found by it.
#[proc_macro_derive(Model, attributes(colmig))]
pub fn model(input: TokenStream) -> TokenStream {
    colmig_schema::expand::model(input.into(), record::find, lex).into()
}

/// The compiler's lexer.
fn lex(text: &str) -> Result<proc_macro2::TokenStream, String> {
    let tokens: Result<TokenStream, proc_macro::LexError> = text.parse();
    tokens.map(Into::into).map_err(|error| error.to_string())
}

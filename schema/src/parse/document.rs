//! What a struct says that is stored as a document of MongoDB: serde names its fields, and the types
//! of BSON are those that serde makes of the types of Rust.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitStr, Meta, Path, Token, Type};

use super::ctxt::Ctxt;
use super::draft::Draft;
use super::entry::{Entry, each_meta};
use super::symbol;
use super::types::{argument, bare, last_segment};
use super::{AsDocument, Lacking};
use crate::model::{ANY, BSON_TYPES};
use crate::nearest::nearest;

/// The field by which MongoDB knows a document.
pub(super) const KEY: &str = "_id";

/// The name of a collection.
pub(super) fn collection(ctxt: &mut Ctxt, entry: &Entry) -> Option<String> {
    let text = entry.text(ctxt)?;
    let name = text.value();
    let wrong = if name.contains(['$', '\0']) {
        Some("a collection has no `$` in its name")
    } else if name.starts_with("system.") {
        Some("what begins with `system.` belongs to the server")
    } else if name.starts_with("colmig_") {
        Some("what begins with `colmig_` belongs to colmig")
    } else if name.contains(char::is_control) {
        Some("a name has no line breaks and no other control characters")
    } else if name.len() > LONGEST_COLLECTION {
        Some("a name has at most 180 bytes, so that it fits with that of any database")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        ctxt.at(text.span(), wrong);
    }
    Some(name)
}

/// With the name of the database and a dot a name has 255 bytes at most, and that of a database 63.
const LONGEST_COLLECTION: usize = 180;

/// What serde says of a struct.
#[derive(Debug, Default)]
pub(super) struct OnStruct {
    rename_all: Option<String>,
    /// Whether fields that are missing are those of the struct's default.
    pub(super) has_default: bool,
    /// The function that gives it, if it is not that of the type.
    default_by: Option<Path>,
}

impl OnStruct {
    pub(super) fn read(ctxt: &mut Ctxt, attrs: &[Attribute]) -> OnStruct {
        let mut said = OnStruct::default();
        each_serde(attrs, &mut |meta| {
            let word = meta.path.get_ident().map(Ident::to_string);
            match word.as_deref() {
                Some("rename_all") => said.rename_all = one_name(ctxt, &meta)?,
                Some("default") => {
                    said.has_default = true;
                    if meta.input.peek(Token![=]) {
                        said.default_by = Some(meta.value()?.parse::<LitStr>()?.parse()?);
                    }
                }
                Some("deny_unknown_fields") => ctxt.over(
                    &meta.path,
                    "documents hold fields that a build does not know, of builds before and behind it: take `deny_unknown_fields` away",
                ),
                Some("transparent" | "untagged" | "tag" | "from" | "try_from" | "into" | "remote") => ctxt.over(
                    &meta.path,
                    "a document has the fields of its struct, each under its name: take this attribute away",
                ),
                _ => skip_value(&meta)?,
            }
            Ok(())
        });
        said
    }

    /// The name under which a field is stored that has none of its own.
    pub(super) fn name(&self, field: &str) -> String {
        match self.rename_all.as_deref() {
            Some(style) => renamed(field, style),
            None => field.to_owned(),
        }
    }
}

/// What serde says of a field.
#[derive(Debug, Default)]
pub(super) struct OnField {
    pub(super) rename: Option<String>,
    pub(super) skipped: bool,
    /// Whether documents may lack it.
    pub(super) has_default: bool,
    /// Whether functions of the application make another type of it.
    converted: bool,
    /// How its value goes in and out.
    pub(super) goes: AsDocument,
}

impl OnField {
    pub(super) fn read(ctxt: &mut Ctxt, on_struct: &OnStruct, attrs: &[Attribute]) -> OnField {
        let mut said = OnField {
            has_default: on_struct.has_default,
            goes: AsDocument {
                lacking: on_struct
                    .has_default
                    .then(|| Lacking::OfStruct(on_struct.default_by.clone())),
                ..AsDocument::default()
            },
            ..OnField::default()
        };
        each_serde(attrs, &mut |meta| {
            let word = meta.path.get_ident().map(Ident::to_string);
            match word.as_deref() {
                Some("rename") => said.rename = one_name(ctxt, &meta)?,
                Some("skip") => said.skipped = true,
                Some("default") => {
                    said.has_default = true;
                    said.goes.lacking = Some(match meta.input.peek(Token![=]) {
                        true => Lacking::By(meta.value()?.parse::<LitStr>()?.parse()?),
                        false => Lacking::Default,
                    });
                }
                Some(word @ ("skip_serializing" | "skip_deserializing")) => ctxt.over(
                    &meta.path,
                    format_args!("a field is stored and read, or neither: write `skip` in the place of `{word}`, or take it away"),
                ),
                Some("flatten") => ctxt.over(
                    &meta.path,
                    "a field of a document belongs to one struct: write the fields of the inner struct here, or store it as a \
                     document in this one, without `flatten`",
                ),
                Some(word @ ("with" | "serialize_with")) => {
                    let whole = word == "serialize_with";
                    said.converted = true;
                    // What is no path serde reports.
                    let path: Path = meta.value()?.parse::<LitStr>()?.parse()?;
                    if whole {
                        said.goes.stored_by = Some(path);
                    } else {
                        said.goes.stored_by = Some(within(&path, "serialize"));
                        said.goes.read_by = Some(within(&path, "deserialize"));
                    }
                }
                Some("deserialize_with") => {
                    said.converted = true;
                    said.goes.read_by = Some(meta.value()?.parse::<LitStr>()?.parse()?);
                }
                _ => skip_value(&meta)?,
            }
            Ok(())
        });
        said
    }
}

/// A function of a module.
fn within(module: &Path, function: &str) -> Path {
    let mut path = module.clone();
    path.segments
        .push(Ident::new(function, module.span()).into());
    path
}

/// Calls `see` for each entry of each `#[serde(...)]`. What does not parse is serde's to report.
fn each_serde(attrs: &[Attribute], see: &mut dyn FnMut(ParseNestedMeta<'_>) -> syn::Result<()>) {
    each_meta(attrs, &mut |meta| {
        if let Meta::List(list) = meta
            && list.path.is_ident("serde")
        {
            let _ = list.parse_nested_meta(&mut *see);
        }
    });
}

/// The name of `rename = "..."`, or of `rename(serialize = "...", deserialize = "...")`, which has
/// to be one.
fn one_name(ctxt: &mut Ctxt, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if meta.input.peek(Token![=]) {
        return Ok(Some(meta.value()?.parse::<LitStr>()?.value()));
    }
    let mut names: Vec<String> = Vec::new();
    meta.parse_nested_meta(|inner| {
        names.push(inner.value()?.parse::<LitStr>()?.value());
        Ok(())
    })?;
    match names.as_slice() {
        [one, other] if one == other => Ok(names.pop()),
        _ => {
            ctxt.over(
                &meta.path,
                "a field is stored and read under one name: write `rename = \"...\"`",
            );
            Ok(None)
        }
    }
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let inner;
        syn::parenthesized!(inner in meta.input);
        inner.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}

/// The name that serde's `rename_all` makes of a field's: by its rules, which differ from others' where
/// digits stand behind an underscore. A style that serde does not know it reports itself.
fn renamed(field: &str, style: &str) -> String {
    let pascal = || {
        let mut up = true;
        let mut name = String::with_capacity(field.len());
        for c in field.chars() {
            match c {
                '_' => up = true,
                c if std::mem::take(&mut up) => name.push(c.to_ascii_uppercase()),
                c => name.push(c),
            }
        }
        name
    };
    match style {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let name = pascal();
            let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
            format!("{}{rest}", first.to_ascii_lowercase())
        }
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => field.to_ascii_uppercase().replace('_', "-"),
        _ => field.to_owned(),
    }
}

/// The type of BSON that serde makes of a type that is no `Option`; `any` where a macro cannot tell.
pub(super) fn bson_type(
    ctxt: &mut Ctxt,
    ty: &Type,
    serde: &OnField,
    named: Option<&LitStr>,
) -> &'static str {
    if let Some(named) = named {
        let name = named.value();
        if let Some(known) = BSON_TYPES.iter().find(|known| **known == name) {
            return known;
        }
        let meant = nearest(&name, BSON_TYPES);
        let remedy = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("use one of `{}`", BSON_TYPES.join("`, `")),
        };
        ctxt.at(
            named.span(),
            format_args!("`{name}` is no type of BSON: {remedy}"),
        );
        return ANY;
    }
    if serde.converted { ANY } else { of_type(ty) }
}

fn of_type(ty: &Type) -> &'static str {
    let ty = bare(ty);
    if let Type::Array(_) | Type::Tuple(_) = ty {
        return "array";
    }
    let Some(segment) = last_segment(ty) else {
        return ANY;
    };
    let name = segment.ident.to_string();
    match name.as_str() {
        "bool" => "bool",
        "i8" | "i16" | "i32" | "u8" | "u16" => "int",
        "i64" | "isize" | "u32" | "u64" | "usize" => "long",
        "f32" | "f64" => "double",
        "String" | "char" | "Cow" | "PathBuf" => "string",
        "ObjectId" => "objectId",
        "Decimal128" => "decimal",
        "Binary" => "binData",
        "Document" | "BTreeMap" | "HashMap" | "IndexMap" => "object",
        "Vec" | "VecDeque" | "BTreeSet" | "HashSet" => "array",
        // That of chrono has a parameter, and is a string to serde unless a function makes it a date.
        "DateTime" if segment.arguments.is_empty() => "date",
        "Box" | "Rc" | "Arc" => argument(segment).map_or(ANY, of_type),
        _ => ANY,
    }
}

/// The rules of a struct that is a collection.
pub(super) fn check(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let on_struct = [
        (
            symbol::RENAME_ALL,
            "serde names the fields of a document: write #[serde(rename_all = \"...\")]",
        ),
        (
            symbol::PRIMARY_KEY,
            "a document is known by its field `_id`: put #[serde(rename = \"_id\")] on the field that is it",
        ),
        (
            symbol::RENAMED_FROM,
            "a collection that is renamed is gone to whoever calls it by its old name, and no view of MongoDB takes writes: \
                                 keep the name of the collection, which need not be that of the struct",
        ),
        (
            symbol::CHECK,
            "what a document has to satisfy is the type of each field: no other check is rolled out on MongoDB",
        ),
    ];
    if draft.attrs.words.get(symbol::TABLE).is_some()
        && let Some(at) = draft.attrs.words.get(symbol::COLLECTION)
    {
        ctxt.at(
            at.span(),
            "a struct is a table of an SQL database, or a collection of MongoDB: write a struct for each",
        );
    }
    for (word, message) in on_struct {
        if let Some(at) = draft.attrs.words.get(word) {
            ctxt.at(at.span(), message);
        }
    }
    let on_field = [
        (
            symbol::COLUMN,
            "serde names the fields of a document: write #[serde(rename = \"...\")]",
        ),
        (
            symbol::SKIP,
            "serde says what is stored: write #[serde(skip)]",
        ),
        (
            symbol::SQL_TYPE,
            "a document has no types of SQL: write `bson_type = \"...\"`",
        ),
        (
            symbol::VALUES,
            "a document has no types whose values are listed: take `values` away",
        ),
        (
            symbol::DEFAULT,
            "MongoDB fills in nothing by itself, and the accessors store every field: what old documents hold is `backfill`",
        ),
        (
            symbol::CHECK,
            "what a document has to satisfy is the type of each field: no other check is rolled out on MongoDB",
        ),
        (
            symbol::REFERENCES,
            "MongoDB has no foreign keys: take `references` away",
        ),
        (
            symbol::PRIMARY_KEY,
            "a document is known by its field `_id`: put #[serde(rename = \"_id\")] on the field that is it",
        ),
    ];
    for field in &draft.fields {
        for (word, message) in on_field {
            if let Some(at) = field.attrs.words.get(word) {
                ctxt.at(at.span(), message);
            }
        }
        if field.skipped {
            continue;
        }
        let column = &field.column;
        if is_out_of_reach(column) {
            ctxt.at(
                field.ident.span(),
                format_args!(
                    "the field is stored as `{column}`, which no path of MongoDB reaches: name it without `.`, `$`, quotes and \
                     backslashes by #[serde(rename = \"...\")]"
                ),
            );
        }
    }
    version(ctxt, draft);
    if !draft.stored().any(|field| field.key) {
        ctxt.at(
            draft.ident.span(),
            format_args!(
                "`{}` has no field that is stored as `_id`: put #[serde(rename = \"_id\")] on the field that is it",
                draft.ident
            ),
        );
    }
}

/// Whether no path of MongoDB leads to a field of this name.
fn is_out_of_reach(name: &str) -> bool {
    name.is_empty() || name.contains(['.', '$', '"', '\\', '\0'])
}

/// The rules of the field that says which version of the model a document satisfies.
fn version(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    let Some(text) = &draft.attrs.schema_version else {
        return;
    };
    let name = text.value();
    if is_out_of_reach(&name) || name == KEY || name.contains(char::is_whitespace) {
        ctxt.at(
            text.span(),
            format_args!(
                "`{name}` is no name for the version of a document: name a field of its own, such as \"schema_version\""
            ),
        );
    }
    if let Some(field) = draft.stored().find(|field| field.column == name) {
        ctxt.at(
            field.ident.span(),
            format_args!(
                "`{name}` is the version of the document, which the accessors write by themselves: take this field out of the \
                 struct, or give one of the two another name"
            ),
        );
    }
}

/// The rules of a struct that is a table, about words of documents.
pub(super) fn check_table(ctxt: &mut Ctxt, draft: &Draft<'_>) {
    if let Some(at) = draft.attrs.words.get(symbol::SCHEMA_VERSION) {
        ctxt.at(
            at.span(),
            "the rows of a table are all of one schema: `schema_version` is for a collection of MongoDB",
        );
    }
    for field in &draft.fields {
        if let Some(at) = field.attrs.words.get(symbol::BSON_TYPE) {
            ctxt.at(
                at.span(),
                "a table has no types of BSON: write `sql_type = \"...\"`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn names_are_those_that_serde_makes() {
        for (style, name) in [
            ("lowercase", "first_name_2"),
            ("snake_case", "first_name_2"),
            ("UPPERCASE", "FIRST_NAME_2"),
            ("PascalCase", "FirstName2"),
            ("camelCase", "firstName2"),
            ("SCREAMING_SNAKE_CASE", "FIRST_NAME_2"),
            ("kebab-case", "first-name-2"),
            ("SCREAMING-KEBAB-CASE", "FIRST-NAME-2"),
        ] {
            assert_eq!(renamed("first_name_2", style), name, "{style}");
        }
    }
}

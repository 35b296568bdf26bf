//! Putting words into the `#[colmig(...)]` of fields.

use std::collections::BTreeMap;
use std::ops::Range;

use colmig_schema::model::Transition;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Field, ItemStruct, Meta};

use super::{COLMIG, attribute, bare, is_rust, layout, model};

/// A struct of the file, and which of its fields were columns of other names.
#[derive(Clone, Debug)]
pub(crate) struct Renamed {
    /// The whole struct, as bytes of the file.
    pub(crate) item: Range<usize>,
    /// The columns of before, by field, without `r#`.
    pub(crate) fields: BTreeMap<String, String>,
}

/// One attribute that was put in, or has a word more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addition {
    /// The field, without `r#`.
    pub(crate) field: String,
    /// What it takes the place of, as bytes of the text before: an attribute, or nothing.
    pub(crate) span: Range<usize>,
    /// The attribute as it reads now, without what parts it from the field.
    pub(crate) after: String,
}

/// Says of each field what its column was called. Nothing if one of the structs would not read
/// as the same model but for that, so that only a person can write it.
pub(crate) fn with_renamed_from(
    text: &str,
    structs: &[Renamed],
) -> Option<(String, Vec<Addition>)> {
    let mut structs: Vec<&Renamed> = structs.iter().collect();
    structs.sort_by_key(|renamed| renamed.item.start);
    let mut whole = text.to_owned();
    let mut additions = Vec::new();
    // From the end, so that what stands before keeps its place.
    for renamed in structs.into_iter().rev() {
        let source = text.get(renamed.item.clone())?;
        let (edited, mut found) = edit_struct(source, &renamed.fields)?;
        whole.replace_range(renamed.item.clone(), &edited);
        for addition in &mut found {
            addition.span.start += renamed.item.start;
            addition.span.end += renamed.item.start;
        }
        additions.splice(0..0, found);
    }
    is_rust(&whole).then_some((whole, additions))
}

fn edit_struct(source: &str, fields: &BTreeMap<String, String>) -> Option<(String, Vec<Addition>)> {
    let item: ItemStruct = syn::parse_str(source).ok()?;
    let mut text = source.to_owned();
    let mut additions = Vec::new();
    for field in item.fields.iter() {
        let name = field.ident.as_ref()?.unraw().to_string();
        if let Some(column) = fields.get(&name) {
            // Debug escapes a text as Rust does.
            let word = format!("renamed_from = {column:?}");
            let (span, after) = with_word(source, field, &word)?;
            additions.push(Addition {
                field: name,
                span,
                after,
            });
        }
    }
    for Addition { span, after, .. } in additions.iter().rev() {
        if span.is_empty() {
            let between = between(source, span.start);
            text.insert_str(span.start, &format!("{after}{between}"));
        } else {
            text.replace_range(span.clone(), after);
        }
    }
    let same = additions.len() == fields.len() && is_the_same_but(&item, &text, fields);
    same.then_some((text, additions))
}

/// What parts an attribute from the field behind it: the break and the indent of its line, or a
/// blank where the field is not the first on it.
fn between(source: &str, at: usize) -> String {
    let before = source.get(..at).unwrap_or_default();
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    if !line.trim().is_empty() || line.len() == before.len() {
        return " ".to_owned();
    }
    let windows = before.ends_with(&format!("\r\n{line}"));
    format!("{}{line}", if windows { "\r\n" } else { "\n" })
}

/// Where the word goes: into an attribute that rustfmt wrote and would write so, else into one
/// of its own, before the field's first token that is no attribute.
fn with_word(source: &str, field: &Field, word: &str) -> Option<(Range<usize>, String)> {
    for attr in &field.attrs {
        let Meta::List(list) = &attr.meta else {
            continue;
        };
        let span = attr.span().byte_range();
        let line = source.get(..span.start)?.rsplit_once('\n');
        let Some((_, indent)) = line.filter(|_| list.path.is_ident(COLMIG)) else {
            continue;
        };
        if !indent.chars().all(|blank| blank == ' ') {
            continue;
        }
        let items = attribute::items(list.tokens.clone());
        let there: Vec<&attribute::Item> = items.iter().collect();
        if layout::attribute(source, &there, indent.len()).as_deref() != source.get(span.clone()) {
            continue;
        }
        // Read with the word in it, for the layout is made of what stands in a text.
        let open = list.delimiter.span().open().byte_range().end;
        let head = source.get(..open)?;
        let tail = source.get(open..)?;
        let sep = if items.is_empty() { "" } else { ", " };
        let longer = format!("{head}{word}{sep}{tail}");
        let item: ItemStruct = syn::parse_str(&longer).ok()?;
        let mut attrs = item.fields.iter().flat_map(|field| &field.attrs);
        let attr = attrs.find(|attr| attr.span().byte_range().start == span.start)?;
        let items = attribute::items(attr.meta.require_list().ok()?.tokens.clone());
        let items: Vec<&attribute::Item> = items.iter().collect();
        let after = layout::attribute(&longer, &items, indent.len())?;
        return Some((span, after));
    }
    let start = match &field.vis {
        syn::Visibility::Inherited => field.ident.as_ref()?.span(),
        visible => visible.span(),
    };
    let start = start.byte_range().start;
    Some((start..start, format!("#[{COLMIG}({word})]")))
}

/// Whether the new text is the struct as it was, but for what these columns were called.
fn is_the_same_but(before: &ItemStruct, text: &str, fields: &BTreeMap<String, String>) -> bool {
    let Ok(after) = syn::parse_str::<ItemStruct>(text) else {
        return false;
    };
    let edited = |field: &str| fields.contains_key(field);
    if bare(before, edited) != bare(&after, edited) {
        return false;
    }
    let (Some(mut before), Some(after)) = (model(before), model(&after)) else {
        return false;
    };
    for column in &mut before.columns {
        if let Some(name) = fields.get(&column.field) {
            column.transition = Transition {
                renamed_from: Some(name.clone()),
                ..Transition::default()
            };
        }
    }
    before == after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(fields: &str) -> String {
        format!(
            "use a::B;\n\n#[derive(colmig::Model)]\n#[colmig(table = \"t\")]\nstruct T {{\n    #[colmig(primary_key)]\n    id: i64,\n{fields}}}\n"
        )
    }

    fn added(fields: &str) -> Option<String> {
        let text = file(fields);
        let renamed = Renamed {
            item: text.find("#[derive").unwrap()..text.len() - 1,
            fields: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
        };
        with_renamed_from(&text, &[renamed]).map(|(text, _)| text)
    }

    fn becomes(before: &str, after: &str) {
        assert_eq!(added(before), Some(file(after)));
    }

    #[test]
    fn a_field_without_an_attribute_gets_one() {
        becomes(
            "    /// Shown.\n    #[serde(skip)]\n    pub a: String,\n",
            "    /// Shown.\n    #[serde(skip)]\n    #[colmig(renamed_from = \"b\")]\n    pub a: String,\n",
        );
        becomes(
            "\ta: String,\n",
            "\t#[colmig(renamed_from = \"b\")]\n\ta: String,\n",
        );
        becomes(
            "    c: i32, a: String,\n",
            "    c: i32, #[colmig(renamed_from = \"b\")] a: String,\n",
        );
    }

    #[test]
    fn an_attribute_that_is_there_gets_the_word() {
        becomes(
            "    #[colmig(index)]\n    pub a: String,\n",
            "    #[colmig(renamed_from = \"b\", index)]\n    pub a: String,\n",
        );
        // As rustfmt breaks what is too long.
        becomes(
            "    #[colmig(check = \"length(a) > 0 AND length(a) < 200 AND a <> 'nobody'\")]\n    pub a: String,\n",
            "    #[colmig(\n        renamed_from = \"b\",\n        check = \"length(a) > 0 AND length(a) < 200 AND a <> 'nobody'\"\n    )]\n    pub a: String,\n",
        );
    }

    #[test]
    fn an_attribute_that_somebody_laid_out_stays() {
        becomes(
            "    #[colmig( index, /* looked up */ )]\n    pub a: String,\n",
            "    #[colmig( index, /* looked up */ )]\n    #[colmig(renamed_from = \"b\")]\n    pub a: String,\n",
        );
    }

    #[test]
    fn lines_end_as_they_did() {
        let text = file("    pub a: String,\n").replace('\n', "\r\n");
        let renamed = Renamed {
            item: text.find("#[derive").unwrap()..text.len() - 2,
            fields: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
        };
        let (after, additions) = with_renamed_from(&text, &[renamed]).unwrap();
        let expected = file("    #[colmig(renamed_from = \"b\")]\n    pub a: String,\n");
        assert_eq!(after, expected.replace('\n', "\r\n"));
        assert_eq!(additions[0].after, "#[colmig(renamed_from = \"b\")]");
    }

    #[test]
    fn what_would_be_another_model_is_left_to_a_person() {
        assert_eq!(
            added("    #[colmig(replaces = \"c\")]\n    pub a: String,\n"),
            None
        );
        assert_eq!(added("    pub other: String,\n"), None);
    }
}

//! What doc comments say of fields, for the comments of columns.

use syn::{Attribute, Data, DeriveInput, Expr, Lit, Meta};

use super::entry::each_meta;
use crate::Model;

/// Gives each column the first paragraph of its field's doc comment, on one line.
///
/// This is apart from reading the struct: a build compares no comments, so that to word one
/// better breaks none, and the derive does not pay for them.
pub fn comments(input: &DeriveInput, model: &mut Model) {
    let Data::Struct(data) = &input.data else {
        return;
    };
    for field in &data.fields {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let column = model.columns.iter_mut().find(|column| column.field == name);
        if let Some(column) = column {
            column.comment = first_paragraph(&field.attrs);
        }
    }
}

/// The first paragraph of a doc comment; none if it says nothing.
fn first_paragraph(attrs: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    each_meta(attrs, &mut |meta| {
        let Meta::NameValue(pair) = meta else { return };
        let Expr::Lit(literal) = &pair.value else {
            return;
        };
        if let (true, Lit::Str(text)) = (pair.path.is_ident("doc"), &literal.lit) {
            let text = text.value();
            let block = text.contains('\n');
            lines.extend(text.split('\n').map(|line| {
                let line = line.trim();
                // Lines of `/** */` may begin with a star, which is not meant.
                let starred = line.strip_prefix('*').filter(|_| block);
                starred.unwrap_or(line).trim().to_owned()
            }));
        }
    });
    let said = lines.iter().skip_while(|line| line.is_empty());
    let said: Vec<&str> = said
        .take_while(|line| !line.is_empty())
        .map(String::as_str)
        .collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;
    use crate::parse;

    #[test]
    fn the_first_paragraph_of_a_field_is_the_comment_of_its_column() {
        let input: DeriveInput = parse_quote! {
            /// Somebody.
            #[colmig(table = "users")]
            struct User {
                #[colmig(primary_key)]
                id: i64,
                /// Shown on the profile
                /// page; it's short.
                ///
                /// And more, for programmers.
                #[colmig(column = "name")]
                display_name: String,
                /**
                 * In the words
                 * of the tax office.
                 */
                r#type: String,
                #[doc(hidden)]
                #[cfg_attr(all(), doc = " Where it is.")]
                town: String,
                ///
                street: String,
            }
        };
        let mut model = parse::model(&input).unwrap().model;
        let print = model.columns[1].fingerprint();
        comments(&input, &mut model);
        let found: Vec<Option<&str>> = model
            .columns
            .iter()
            .map(|column| column.comment.as_deref())
            .collect();
        assert_eq!(
            found,
            [
                None,
                Some("Shown on the profile page; it's short."),
                Some("In the words of the tax office."),
                Some("Where it is."),
                None,
            ]
        );
        assert_eq!(model.columns[1].fingerprint(), print, "builds compare none");
    }
}

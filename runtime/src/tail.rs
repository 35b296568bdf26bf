//! Tails of queries, checked by the compiler.

use crate::private::{Derived, Described, begins, index_of};

/// A query on a model with a tail of SQL that the compiler has checked:
/// [`Model::query`](crate::Model::query) finds out at run time.
///
/// Every `{column}` in the tail has to name a column of the model, and braces have to be
/// whole; `{{` and `}}` stand for braces.
///
/// ```ignore
/// let adas = colmig::query!(User, &db, "WHERE {display_name} LIKE $1").bind("Ada %").fetch_all().await?;
/// ```
#[macro_export]
macro_rules! query {
    ($first:ident $(:: $rest:ident)*, $on:expr, $tail:expr $(,)?) => {{
        // A constant, for the compiler looks at it also when it only checks.
        const TAIL: &$crate::__private::str =
            $crate::__private::tail::<$first $(:: $rest)*>($tail);
        <$first $(:: $rest)* as $crate::Model>::query($on, TAIL)
    }};
}

/// The tail, checked for [`query!`](crate::query).
///
/// # Panics
/// In the compiler, with what is wrong.
pub const fn tail<M: Derived>(tail: &'static str) -> &'static str {
    if M::MODEL.is_empty() {
        // The mistake is told where the model is, and once.
        return tail;
    }
    let fields = Described::read(M::MODEL).fields;
    let text = tail.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let brace = text[at];
        if brace != b'{' && brace != b'}' {
            at += 1;
        } else if at + 1 < text.len() && text[at + 1] == brace {
            at += 2;
        } else {
            assert!(
                brace == b'{',
                "{}",
                "a `}` in this tail closes nothing: write `}}` for a brace"
            );
            let start = at + 1;
            while at < text.len() && text[at] != b'}' {
                at += 1;
            }
            assert!(
                at < text.len(),
                "{}",
                "a `{` in this tail is not closed: write `{{` for a brace"
            );
            assert!(
                is_column(fields, M::COLUMNS, tail.split_at(at).0.split_at(start).1),
                "a name in braces in this tail is no column of the model"
            );
            at += 1;
        }
    }
    tail
}

/// Whether it is the name of a column: of a field that is called like it, or another's.
const fn is_column(fields: &str, renamed: &[(usize, &str)], name: &str) -> bool {
    let mut called_so = index_of(fields, name);
    let mut at = 0;
    while at < renamed.len() {
        let (field, column) = renamed[at];
        if column.len() == name.len() && begins(column, name) {
            return true;
        }
        if let Some(found) = called_so
            && found == field
        {
            called_so = None;
        }
        at += 1;
    }
    // No column is called like a raw identifier.
    called_so.is_some() && !begins(name, "r#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names_and_not_by_those_of_renamed_fields() {
        let is = |name: &str| is_column("id, r#type, login", &[(2, "user name")], name);
        for name in ["id", "type", "user name"] {
            assert!(is(name), "{name}");
        }
        for name in ["", "i", "idx", "r#type", "login", "user", "typ"] {
            assert!(!is(name), "{name}");
        }
    }
}

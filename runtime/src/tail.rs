//! Tails of queries, checked by the compiler.

use crate::private::{Derived, Described};

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
    let fields = Described::read(M::MODEL).fields.as_bytes();
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
                is_column(fields, M::COLUMNS, text, start, at),
                "a name in braces in this tail is no column of the model"
            );
            at += 1;
        }
    }
    tail
}

/// Whether `text[start..end]` is one of the columns.
const fn is_column(
    fields: &[u8],
    renamed: &[(usize, &str)],
    text: &[u8],
    start: usize,
    end: usize,
) -> bool {
    let mut position = 0;
    let mut at = 0;
    loop {
        let mut field_end = at;
        while field_end < fields.len() && fields[field_end] != b',' {
            field_end += 1;
        }
        let found = match column(renamed, position) {
            Some(column) => {
                let column = column.as_bytes();
                same(column, 0, column.len(), text, start, end)
            }
            // A raw identifier is called like what it stands for.
            None if field_end - at > 2 && fields[at] == b'r' && fields[at + 1] == b'#' => {
                same(fields, at + 2, field_end, text, start, end)
            }
            None => same(fields, at, field_end, text, start, end),
        };
        if found {
            return true;
        }
        if field_end == fields.len() {
            return false;
        }
        position += 1;
        at = field_end + ", ".len();
    }
}

/// The column of the field at this position, if it is not called like the field.
const fn column<'a>(renamed: &[(usize, &'a str)], position: usize) -> Option<&'a str> {
    let mut at = 0;
    while at < renamed.len() {
        if renamed[at].0 == position {
            return Some(renamed[at].1);
        }
        at += 1;
    }
    None
}

/// Whether two stretches of bytes are the same.
const fn same(
    one: &[u8],
    start: usize,
    end: usize,
    other: &[u8],
    other_start: usize,
    other_end: usize,
) -> bool {
    if end - start != other_end - other_start {
        return false;
    }
    let mut at = 0;
    while at < end - start {
        if one[start + at] != other[other_start + at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names_and_not_by_those_of_renamed_fields() {
        let is = |name: &str| {
            is_column(
                b"id, r#type, login",
                &[(2, "user name")],
                name.as_bytes(),
                0,
                name.len(),
            )
        };
        for name in ["id", "type", "user name"] {
            assert!(is(name), "{name}");
        }
        for name in ["", "i", "idx", "r#type", "login", "user", "typ"] {
            assert!(!is(name), "{name}");
        }
    }
}

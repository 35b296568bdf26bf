//! Parameters by their position, for databases that have no numbers for them.

/// Where in a text something stands that is no parameter, whatever is in it: a string, a quoted
/// name or a comment that begins here, as the number of its bytes; none if nothing does.
fn opaque(rest: &str) -> Option<usize> {
    let to_end = |end: &str, from: usize| {
        let found = rest.get(from..).and_then(|text| text.find(end));
        found.map_or(rest.len(), |at| from + at + end.len())
    };
    match rest.as_bytes() {
        [b'`', ..] => Some(to_end("`", 1)),
        [quote @ (b'\'' | b'"'), text @ ..] => {
            let mut escaped = false;
            for (at, byte) in text.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    // A doubled one begins the next string, which is as opaque.
                    byte if byte == quote => return Some(at + 2),
                    _ => {}
                }
            }
            Some(rest.len())
        }
        [b'-', b'-', b' ' | b'\n', ..] | [b'#', ..] => Some(to_end("\n", 1)),
        [b'/', b'*', ..] => Some(to_end("*/", 2)),
        _ => None,
    }
}

/// A statement with `?` for each numbered parameter, and for each of those, in their order, which
/// of the numbered ones it is, from 0. A text that has none is left as it is, whatever `?` it has.
///
/// ```
/// use colmig_schema::render::positional;
/// let (sql, order) = positional("UPDATE t SET a = $2 WHERE b = $1 OR c = $2 OR d = '$3'");
/// assert_eq!(sql, "UPDATE t SET a = ? WHERE b = ? OR c = ? OR d = '$3'");
/// assert_eq!(order, [1, 0, 1]);
/// ```
pub fn positional(sql: &str) -> (String, Vec<usize>) {
    let (mut text, mut order) = (String::with_capacity(sql.len()), Vec::new());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let mut taken = opaque(rest).unwrap_or(first.len_utf8());
        let digits = rest.strip_prefix('$').map_or("", |after| {
            let end = after.find(|c: char| !c.is_ascii_digit());
            &after[..end.unwrap_or(after.len())]
        });
        // `a$1` is a name.
        let in_name = text
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
        match digits.parse::<usize>() {
            Ok(number @ 1..) if !in_name => {
                order.push(number - 1);
                text.push('?');
                taken = 1 + digits.len();
            }
            _ => text.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    (text, order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_are_taken_for_parameters() {
        for (sql, expected, order) in [
            ("", "", &[][..]),
            ("SELECT ? FROM t", "SELECT ? FROM t", &[]),
            ("$1, $10, $2", "?, ?, ?", &[0, 9, 1]),
            ("`$1` \"$1\" '$1' $1", "`$1` \"$1\" '$1' ?", &[0]),
            (r"'it\'s $1' '''$1' $1", r"'it\'s $1' '''$1' ?", &[0]),
            ("a$1 $1", "a$1 ?", &[0]),
            (
                "-- $1\n$1 /* $1 */ # $1\n$0 $x $",
                "-- $1\n? /* $1 */ # $1\n$0 $x $",
                &[0],
            ),
            ("'é$1' é $1", "'é$1' é ?", &[0]),
            ("'open $1", "'open $1", &[]),
            ("5--$1", "5--?", &[0]),
        ] {
            assert_eq!(
                positional(sql),
                (expected.to_owned(), order.to_vec()),
                "{sql}"
            );
        }
    }
}

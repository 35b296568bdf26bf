//! Names and literals in SQL: types that escape, so that nothing is pasted in raw.

use std::fmt;

/// A quoted identifier. Reserved words, upper case, spaces and quotes all work.
///
/// ```
/// use colmig_schema::render::Ident;
/// assert_eq!(Ident("order").to_string(), "\"order\"");
/// assert_eq!(Ident("a\"b").to_string(), "\"a\"\"b\"");
/// assert_eq!(Ident("billing.order").to_string(), "\"billing.order\"");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident<'a>(pub &'a str);

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0, '"')
    }
}

/// A quoted string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'a>(pub &'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0, '\'')
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    use fmt::Write as _;
    f.write_char(quote)?;
    for c in text.chars() {
        if c == quote {
            f.write_char(quote)?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}

/// Identifiers with commas between.
#[derive(Clone, Debug)]
pub struct Idents<'a>(pub Vec<&'a str>);

impl fmt::Display for Idents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, name) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            Ident(name).fmt(f)?;
        }
        Ok(())
    }
}

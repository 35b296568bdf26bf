//! Names and literals in SQL: types that escape, so that nothing is pasted in raw.

use std::fmt;

use crate::Sql;

/// An identifier in the quotes of the SQL standard. Reserved words, upper case, spaces and quotes all work.
///
/// ```
/// use colmig_schema::render::Ident;
/// assert_eq!(Ident("order").to_string(), "\"order\"");
/// assert_eq!(Ident("a\"b").to_string(), "\"a\"\"b\"");
/// assert_eq!(Ident("billing.order").to_string(), "\"billing.order\"");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident<'a>(pub &'a str);

impl Ident<'_> {
    /// What its `Display` does, without the formatter's detours.
    pub(crate) fn write_to(self, to: &mut dyn fmt::Write) -> fmt::Result {
        write_quoted(to, self.0, "\"")
    }
}

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// An identifier in the quotes of one database: [`Sql::ident`] makes it.
///
/// ```
/// use colmig_schema::Sql;
/// assert_eq!(Sql::Postgres.ident("order").to_string(), "\"order\"");
/// assert_eq!(Sql::MariaDb.ident("a`b").to_string(), "`a``b`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<'a> {
    name: &'a str,
    quote: &'static str,
}

impl Quoted<'_> {
    /// What its `Display` does, without the formatter's detours.
    pub(crate) fn write_to(self, to: &mut dyn fmt::Write) -> fmt::Result {
        write_quoted(to, self.name, self.quote)
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

impl Sql {
    /// A name as an identifier.
    pub const fn ident(self, name: &str) -> Quoted<'_> {
        Quoted {
            name,
            quote: match self {
                Sql::Postgres | Sql::Sqlite => "\"",
                // Double quotes are a string's, unless `sql_mode` says otherwise.
                Sql::MariaDb => "`",
            },
        }
    }

    /// Names as identifiers, with commas between.
    pub fn idents<'a>(self, names: impl IntoIterator<Item = &'a str>) -> String {
        let names = names.into_iter().map(|name| self.ident(name).to_string());
        names.collect::<Vec<_>>().join(", ")
    }

    /// A text as a string.
    ///
    /// ```
    /// use colmig_schema::Sql;
    /// assert_eq!(Sql::Postgres.literal(r"it's \"), r"'it''s \'");
    /// assert_eq!(Sql::MariaDb.literal(r"it's \"), r"'it''s \\'");
    /// ```
    pub fn literal(self, text: &str) -> String {
        match self {
            Sql::Postgres | Sql::Sqlite => Literal(text).to_string(),
            // A backslash escapes what follows it.
            Sql::MariaDb => Literal(&text.replace('\\', r"\\")).to_string(),
        }
    }
}

/// A quoted string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'a>(pub &'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0, "'")
    }
}

fn write_quoted(to: &mut dyn fmt::Write, text: &str, quote: &str) -> fmt::Result {
    to.write_str(quote)?;
    if text.contains(quote) {
        to.write_str(&text.replace(quote, &quote.repeat(2)))?;
    } else {
        to.write_str(text)?;
    }
    to.write_str(quote)
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

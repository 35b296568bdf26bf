//! Rules as templates: SQL text in which the columns can be told from the rest.

use std::fmt::{self, Display as _};
use std::str::FromStr;

use crate::Sql;

/// An SQL expression whose columns are marked: `{first_name} || ' ' || {last_name}`.
///
/// The same rule stands in different places: over the row of a `SELECT`, over `NEW`
/// in a trigger, over the values of an `INSERT`. The marks let each say which row
/// it means. `{{` and `}}` stand for braces in the text, `%7B` and `%7D` in a name.
///
/// ```
/// use colmig_schema::Template;
/// let rule: Template = "{first} || '{{}}'".parse()?;
/// let over = rule.over("NEW", colmig_schema::Sql::Postgres);
/// assert_eq!(over.to_string(), r#"NEW."first" || '{}'"#);
/// # Ok::<(), colmig_schema::template::BadTemplate>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(String),
}

/// A template that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a brace at byte {position} of `{template}` is not closed or not opened; write `{{{{` or `}}}}` for a brace itself"
)]
pub struct BadTemplate {
    /// The template.
    pub template: String,
    /// Where the brace is.
    pub position: usize,
}

impl Template {
    /// An empty template, to be added to.
    pub fn new() -> Self {
        Template::default()
    }

    /// A template that is one column.
    pub fn column(column: &str) -> Self {
        let mut template = Template::new();
        template.push_column(column);
        template
    }

    /// A template that is one piece of text without columns.
    pub fn literal(text: &str) -> Self {
        let mut template = Template::new();
        template.push_text(text);
        template
    }

    /// Adds text.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.0.push(Piece::Text(text.to_owned())),
        }
    }

    /// Adds a column.
    pub fn push_column(&mut self, column: &str) {
        self.0.push(Piece::Column(column.to_owned()));
    }

    /// The columns, in the order in which they stand; one may stand several times.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(column) => Some(column.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The only column, where the expression is one and nothing else.
    pub fn as_column(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Column(column)] => Some(column),
            _ => None,
        }
    }

    /// Every column replaced by an expression of its own, in parentheses.
    #[must_use]
    pub fn substitute(&self, expression: impl Fn(&str) -> Template) -> Template {
        let mut result = Template::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => result.push_text(text),
                Piece::Column(column) => result.push_nested(&expression(column)),
            }
        }
        result
    }

    /// Adds an expression, in parentheses unless it is a column.
    pub fn push_nested(&mut self, expression: &Template) {
        let nested = expression.as_column().is_none();
        self.push_text(if nested { "(" } else { "" });
        self.push(expression);
        self.push_text(if nested { ")" } else { "" });
    }

    /// Adds an expression as it is.
    pub fn push(&mut self, expression: &Template) {
        for piece in &expression.0 {
            match piece {
                Piece::Text(text) => self.push_text(text),
                Piece::Column(column) => self.push_column(column),
            }
        }
    }

    /// The expression over one row, which SQL calls `row`: a quoted name, or `NEW`.
    pub fn over<'a>(&'a self, row: &'a str, database: Sql) -> impl fmt::Display + 'a {
        self.with(move |column, f| write!(f, "{row}.{}", database.ident(column)))
    }

    /// The expression with the columns by their bare names.
    pub fn bare(&self, database: Sql) -> impl fmt::Display + '_ {
        self.with(move |column, f| database.ident(column).fmt(f))
    }

    /// The expression with each column by its bare name, and all else as it is: the JSON text of a
    /// rule of MongoDB, in which a column is a field.
    ///
    /// ```
    /// use colmig_schema::Template;
    /// let rule: Template = r#"{{"$concat": ["${first}", " ", "${last}"]}}"#.parse()?;
    /// assert_eq!(
    ///     rule.expression().to_string(),
    ///     r#"{"$concat": ["$first", " ", "$last"]}"#,
    /// );
    /// # Ok::<(), colmig_schema::template::BadTemplate>(())
    /// ```
    pub fn expression(&self) -> impl fmt::Display + '_ {
        self.with(|column, f| f.write_str(column))
    }

    /// The expression, with each column written by `column`.
    pub fn with<'a>(
        &'a self,
        column: impl Fn(&str, &mut fmt::Formatter<'_>) -> fmt::Result + 'a,
    ) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| {
            self.0.iter().try_for_each(|piece| match piece {
                Piece::Text(text) => f.write_str(text),
                Piece::Column(name) => column(name, f),
            })
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Column(column) => {
                write!(f, "{{{}}}", crate::escape::percent(column, &['{', '}']))
            }
        })
    }
}

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(template: &str) -> Result<Self, Self::Err> {
        let bad = |position| BadTemplate {
            template: template.to_owned(),
            position,
        };
        let mut result = Template::new();
        let mut column: Option<(usize, String)> = None;
        let mut text = String::new();
        let mut chars = template.char_indices().peekable();
        while let Some((position, c)) = chars.next() {
            if let Some((_, name)) = &mut column {
                if c == '}' {
                    result.push_column(&crate::escape::unpercent(name));
                    column = None;
                } else {
                    name.push(c);
                }
                continue;
            }
            let brace = matches!(c, '{' | '}');
            if !brace || chars.next_if(|next| next.1 == c).is_some() {
                text.push(c);
            } else if c == '{' {
                result.push_text(&std::mem::take(&mut text));
                column = Some((position, String::new()));
            } else {
                return Err(bad(position));
            }
        }
        if let Some((position, _)) = column {
            return Err(bad(position));
        }
        result.push_text(&text);
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_brace_that_is_not_closed_is_named() {
        assert_eq!("a {b".parse::<Template>().unwrap_err().position, 2);
        assert_eq!("a } b".parse::<Template>().unwrap_err().position, 2);
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(pieces in prop::collection::vec((any::<bool>(), "[a{}é' ]{1,4}"), 0..6)) {
            let mut template = Template::new();
            for (column, text) in &pieces {
                if *column {
                    template.push_column(text);
                } else {
                    template.push_text(text);
                }
            }
            prop_assert_eq!(template.to_string().parse::<Template>().unwrap(), template);
        }
    }
}

//! Rules, checks and defaults as SQL expressions: read, judged, and turned into templates.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value, Visit, Visitor};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, Tokenizer, Whitespace};

use crate::{Sql, Template};

mod concat;
mod wildcard;

pub use wildcard::{Wildcard, wildcards};

/// A tree of more tokens than this is not built: it may be as deep as it is long, and whoever
/// goes through it, or only frees it, needs as much stack.
pub(crate) const MOST_TOKENS: usize = 2_000;

/// An SQL expression over the columns of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The expression, with its columns marked.
    pub template: Template,
    /// Whether it is a literal: the same for every row, known without evaluating anything.
    pub literal: bool,
    /// The first function in it that gives another value each time.
    pub volatile: Option<String>,
    /// Whether it may fail for the value of a row, as a cast and a division may.
    pub may_fail: bool,
    /// Whether it has a cast that no condition stands before.
    pub bare_cast: bool,
}

/// Text that is no expression, or not one that a rule may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadExpression {
    /// The text.
    pub text: String,
    /// The line and column, from 1, of what is wrong, where that is known.
    pub position: Option<(u64, u64)>,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl std::error::Error for BadExpression {}

impl fmt::Display for BadExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((line, column)) = self.position else {
            return write!(f, "in `{}`: {}", begin(&self.text), self.reason);
        };
        write!(
            f,
            "in `{}`, line {line}, column {column}: {}",
            begin(&self.text),
            self.reason
        )?;
        // A caret below the very character; tabs would shift it, so they count as one.
        let source = self
            .text
            .lines()
            .nth(line.saturating_sub(1) as usize)
            .unwrap_or_default();
        if source.len() > LONGEST_SHOWN {
            return Ok(());
        }
        let indent = " ".repeat(column.saturating_sub(1) as usize);
        write!(f, "\n    {}\n    {indent}^", source.replace('\t', " "))
    }
}

/// A longer text is not even cut into words.
const LONGEST_RULE: usize = 50_000;

/// A longer text is not shown as a whole.
const LONGEST_SHOWN: usize = 400;

/// The text, or what it begins with.
pub(crate) fn begin(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_SHOWN))
        .unwrap_or(text)
}

/// Functions whose value is not settled by the row. Until the backfill has come by, a
/// rule that calls one would give a reader another value on each read.
const VOLATILE: [&str; 19] = [
    "random",
    "randomblob",
    "gen_random_uuid",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
    "now",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "timeofday",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "nextval",
    "last_insert_rowid",
];

/// Functions that are volatile when they are asked for `'now'`.
const VOLATILE_WITH_NOW: [&str; 6] = [
    "date",
    "time",
    "datetime",
    "julianday",
    "strftime",
    "unixepoch",
];

/// Functions that fail for no value of a row. Of all others that is not known.
const NEVER_FAILS: [&str; 20] = [
    "lower",
    "upper",
    "trim",
    "btrim",
    "ltrim",
    "rtrim",
    "coalesce",
    "nullif",
    "concat",
    "concat_ws",
    "length",
    "left",
    "right",
    "split_part",
    "replace",
    "initcap",
    "reverse",
    "instr",
    "ifnull",
    "strpos",
];

/// Reads `text` as an expression over `columns`, in the dialect of `database`.
///
/// # Errors
/// Text that does not parse, has more behind the expression, names a column that is
/// not there, or has a sub-query, a parameter, an aggregate over other rows or a comment.
pub fn expression(
    text: &str,
    columns: &[&str],
    database: Sql,
) -> Result<Expression, BadExpression> {
    let bad = |location: Location, reason: String| BadExpression {
        text: text.to_owned(),
        position: (location.line > 0).then_some((location.line, location.column)),
        reason,
    };
    if text.len() > LONGEST_RULE {
        let reason = format!(
            "an expression of more than {LONGEST_RULE} bytes is not read: put it in a function of the database"
        );
        return Err(bad(Location { line: 1, column: 1 }, reason));
    }
    let dialect: &dyn Dialect = match database {
        Sql::Postgres => &PostgreSqlDialect {},
        Sql::MariaDb => &MySqlDialect {},
        Sql::Sqlite => &SQLiteDialect {},
    };
    // What is escaped stays so, for it is written again as it was read.
    let tokens = Tokenizer::new(dialect, text)
        .with_unescape(database != Sql::MariaDb)
        .tokenize_with_location()
        .map_err(|error| bad(error.location, error.message.clone()))?;
    if tokens.len() > MOST_TOKENS {
        let reason = format!(
            "an expression of more than {MOST_TOKENS} words and signs is not read: put it in a function of the database"
        );
        return Err(bad(Location { line: 1, column: 1 }, reason));
    }
    for token in &tokens {
        if database == Sql::MariaDb && matches!(token.token, Token::DoubleQuotedString(_)) {
            return Err(bad(
                token.span.start,
                "double quotes are a string's on MariaDB, and a name's elsewhere: write text in single quotes, and a name in backticks"
                    .to_owned(),
            ));
        }
        if let Token::Whitespace(
            Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
        ) = token.token
        {
            return Err(bad(
                token.span.start,
                "a comment cannot stand here: it would swallow what follows".to_owned(),
            ));
        }
    }
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens.clone());
    let parsed = parser.parse_expr().map_err(|error| {
        let (reason, location) = split_location(&error.to_string());
        bad(
            location.unwrap_or_else(|| end(text)),
            format!("this is no SQL expression: {reason}"),
        )
    })?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        return Err(bad(
            next.span.start,
            format!("the expression ends before `{}`", next.token),
        ));
    }
    let mut reading = Reading {
        columns,
        database,
        found: BTreeMap::new(),
        volatile: None,
        may_fail: false,
        bare_cast: false,
        conditions: 0,
    };
    if let ControlFlow::Break((location, reason)) = parsed.visit(&mut reading) {
        return Err(bad(location, reason));
    }
    if database == Sql::MariaDb
        && let Some(said) = concat::by_function(&parsed)
    {
        return expression(&said, columns, database);
    }
    let offsets = Offsets::new(text);
    let mut template = Template::new();
    for token in &tokens {
        let (start, end) = (offsets.byte(token.span.start), offsets.byte(token.span.end));
        match (
            &token.token,
            reading
                .found
                .get(&(token.span.start.line, token.span.start.column)),
        ) {
            (_, Some(column)) => template.push_column(column),
            (Token::Whitespace(_), _) => template.push_text(" "),
            (Token::EOF, _) => {}
            _ => template.push_text(&text[start..end]),
        }
    }
    Ok(Expression {
        template,
        literal: is_literal(&parsed),
        volatile: reading.volatile,
        may_fail: reading.may_fail,
        bare_cast: reading.bare_cast,
    })
}

/// Behind the last character, where the parser misses something.
fn end(text: &str) -> Location {
    let last = text.lines().last().unwrap_or_default();
    Location {
        line: text.lines().count().max(1) as u64,
        column: last.chars().count() as u64 + 1,
    }
}

fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Value(value) => !matches!(value.value, Value::Placeholder(_)),
        Expr::UnaryOp {
            op: UnaryOperator::Minus | UnaryOperator::Plus,
            expr,
        } => {
            matches!(&**expr, Expr::Value(value) if matches!(value.value, Value::Number(..)))
        }
        // `'{}'::jsonb`: PostgreSQL evaluates it once, when the column is added.
        Expr::Cast { expr, .. } => is_literal(expr),
        _ => false,
    }
}

/// Cuts ` at Line: 1, Column: 5` off a message of the parser's.
fn split_location(message: &str) -> (String, Option<Location>) {
    let message = message.trim_start_matches("sql parser error: ");
    let Some((reason, place)) = message.split_once(" at Line: ") else {
        return (message.to_owned(), None);
    };
    let location = place.split_once(", Column: ").and_then(|(line, column)| {
        Some(Location {
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    });
    (reason.to_owned(), location)
}

struct Reading<'a> {
    columns: &'a [&'a str],
    database: Sql,
    /// The columns, by the line and column of the text where each stands.
    found: BTreeMap<(u64, u64), String>,
    volatile: Option<String>,
    may_fail: bool,
    bare_cast: bool,
    /// How many `CASE` there are around what is being read.
    conditions: usize,
}

type Refused = (Location, String);

impl Reading<'_> {
    /// Takes down whether an expression may fail, and for what.
    fn judge(&mut self, expression: &Expr) {
        self.may_fail |= match expression {
            Expr::Function(function) => {
                let name = function.name.to_string().to_lowercase();
                !NEVER_FAILS.contains(&name.as_str())
            }
            Expr::BinaryOp { op, .. } => !matches!(
                op,
                BinaryOperator::StringConcat
                    | BinaryOperator::Eq
                    | BinaryOperator::NotEq
                    | BinaryOperator::Lt
                    | BinaryOperator::LtEq
                    | BinaryOperator::Gt
                    | BinaryOperator::GtEq
                    | BinaryOperator::And
                    | BinaryOperator::Or
            ),
            Expr::Identifier(_)
            | Expr::Value(_)
            | Expr::Nested(_)
            | Expr::Trim { .. }
            | Expr::Case { .. }
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. } => false,
            _ => true,
        };
        match expression {
            Expr::Case { .. } => self.conditions += 1,
            Expr::Cast { .. } => self.bare_cast |= self.conditions == 0,
            _ => {}
        }
    }

    fn resolve(&self, ident: &sqlparser::ast::Ident) -> Result<String, Refused> {
        let quoted = ident.quote_style.is_some();
        let matches = |column: &&&str| match self.database {
            _ if quoted && self.database == Sql::Postgres => **column == ident.value,
            Sql::Postgres => **column == ident.value.to_lowercase(),
            Sql::MariaDb | Sql::Sqlite => column.eq_ignore_ascii_case(&ident.value),
        };
        if let Some(column) = self.columns.iter().find(matches) {
            return Ok((*column).to_owned());
        }
        let mut reason = format!("`{}` is no column that a rule may read here", ident.value);
        match crate::nearest::nearest(&ident.value, self.columns.iter().copied()) {
            Some(column) if column.chars().any(char::is_uppercase) && !quoted => {
                reason.push_str(&format!(
                    "; write `\"{column}\"`, in quotes, for a name with capitals"
                ));
            }
            Some(column) => reason.push_str(&format!("; did you mean `{column}`?")),
            None => reason.push_str("; text stands in single quotes"),
        }
        Err((ident.span.start, reason))
    }
}

impl Visitor for Reading<'_> {
    type Break = Refused;

    fn pre_visit_query(&mut self, query: &sqlparser::ast::Query) -> ControlFlow<Self::Break> {
        use sqlparser::ast::Spanned as _;
        ControlFlow::Break((
            query.span().start,
            "a sub-query cannot stand here: a rule reads its own row only. Fill the column from the \
             application, or add it as nullable first"
                .to_owned(),
        ))
    }

    fn post_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Self::Break> {
        if let Expr::Case { .. } = expression {
            self.conditions -= 1;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Self::Break> {
        use sqlparser::ast::Spanned as _;
        self.judge(expression);
        match expression {
            Expr::Identifier(ident) => match self.resolve(ident) {
                Ok(column) => {
                    let at = ident.span.start;
                    self.found.insert((at.line, at.column), column);
                }
                Err(refused) => return ControlFlow::Break(refused),
            },
            Expr::CompoundIdentifier(idents) => {
                let name = idents
                    .iter()
                    .map(|ident| ident.value.as_str())
                    .collect::<Vec<_>>()
                    .join(".");
                return ControlFlow::Break((
                    expression.span().start,
                    format!("write the column alone, without a table: `{name}`"),
                ));
            }
            Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => {
                return ControlFlow::Break((
                    value.span.start,
                    "a parameter cannot stand here".to_owned(),
                ));
            }
            Expr::Function(function) => {
                if function.over.is_some() {
                    return ControlFlow::Break((
                        expression.span().start,
                        "a window function cannot stand here: a rule reads its own row only"
                            .to_owned(),
                    ));
                }
                let name = function.name.to_string().to_lowercase();
                let now = || expression.to_string().to_lowercase().contains("'now'");
                if VOLATILE.contains(&name.as_str())
                    || (VOLATILE_WITH_NOW.contains(&name.as_str()) && now())
                {
                    self.volatile.get_or_insert(name);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// From line and column, as the tokenizer counts characters, to bytes.
struct Offsets<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Offsets { text, lines }
    }

    fn byte(&self, location: Location) -> usize {
        let Some(start) = self.lines.get(location.line.saturating_sub(1) as usize) else {
            return self.text.len();
        };
        self.text[*start..]
            .char_indices()
            .nth(location.column.saturating_sub(1) as usize)
            .map_or(self.text.len(), |(at, _)| start + at)
    }
}

#[cfg(test)]
mod tests;

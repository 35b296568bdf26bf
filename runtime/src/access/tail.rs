//! Tails of queries: columns put in, each text made once.

use std::collections::BTreeMap;
use std::sync::RwLock;

use colmig_schema::Sql;
use colmig_schema::access::BadTail;

use crate::error::{Error, Result};
use crate::flight::{Chosen, Flights, Tailed, kept};
use crate::private::Descriptor;

/// Texts of models with nothing in flight, by model, tail and database. Tails are
/// `&'static str`, so where one stands in the program says which it is, and there are
/// as many as the program holds.
static PLAIN: Cache<(usize, usize, usize, Sql)> = RwLock::new(BTreeMap::new());

type Cache<K> = RwLock<BTreeMap<K, Tailed>>;

/// The whole text of a query.
pub(super) fn sql(
    descriptor: &'static Descriptor,
    chosen: Chosen,
    database: Sql,
    tail: &'static str,
) -> Result<Tailed> {
    let place = (tail.as_ptr() as usize, tail.len());
    let make = || make(descriptor, chosen, database, tail);
    match chosen {
        Chosen::Plain(_) => {
            let model = std::ptr::from_ref(descriptor) as usize;
            kept(&PLAIN, &(model, place.0, place.1, database), make)
        }
        Chosen::InFlight(flights, statements) => kept(&statements.tails, &place, || {
            refuse_bare(descriptor, flights, tail)?;
            make()
        }),
    }
}

fn make(
    descriptor: &'static Descriptor,
    chosen: Chosen,
    database: Sql,
    tail: &'static str,
) -> Result<Tailed> {
    let table = chosen.table(descriptor, database)?;
    let end = table.tail(tail).map_err(|error| Error::Tail {
        model: descriptor.model,
        tail,
        reason: match error {
            BadTail::InRust(..) => format!(
                "{error}: filter and sort by other columns and the rest in Rust, until reads come from the new column \
                 (`cargo colmig switch --reads target`)"
            ),
            BadTail::FilledInRust(..) => format!(
                "{error}: filter and sort by other columns and the rest in Rust, until every row is filled (phase constrain of \
                 `cargo colmig run`)"
            ),
            _ => error.to_string(),
        },
    })?;
    let sql = format!("{} {end}", table.select());
    let (sql, order) = match database {
        Sql::MariaDb => colmig_schema::render::positional(&sql),
        _ => (sql, Vec::new()),
    };
    Ok((sql.leak(), order.leak()))
}

/// A bare name of a column in flight would not see the rows that are not filled yet.
fn refuse_bare(
    descriptor: &'static Descriptor,
    flights: &Flights,
    tail: &'static str,
) -> Result<()> {
    let names: Vec<&str> = names(tail);
    for flight in flights.of(descriptor)? {
        let column = descriptor.column(flight.field);
        let legacy = flight.legacy.iter().map(|legacy| legacy.column.as_str());
        let mut bare = std::iter::once(column).chain(legacy);
        if let Some(bare) =
            bare.find(|bare| names.iter().any(|name| name.eq_ignore_ascii_case(bare)))
        {
            return Err(Error::Tail {
                model: descriptor.model,
                tail,
                reason: format!(
                    "`{bare}` is in flight with migration {}: write `{{{column}}}`, which stands for what the phase reads",
                    flight.migration
                ),
            });
        }
    }
    Ok(())
}

/// The names in a tail, quoted or not: outside of braces, strings and comments.
fn names(tail: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = tail;
    while let Some(c) = rest.chars().next() {
        let skip = |end: Option<usize>, from: usize| end.map_or(rest.len(), |end| end + from);
        let taken = match c {
            '\'' => skip(rest[1..].find('\''), 2),
            '"' | '`' => {
                let end = rest[1..].find(c).map_or(rest.len(), |end| end + 1);
                names.push(&rest[1..end]);
                (end + 1).min(rest.len())
            }
            '{' => skip(rest.find('}'), 1),
            '-' if rest.starts_with("--") => skip(rest.find('\n'), 1),
            '/' if rest.starts_with("/*") => skip(rest.find("*/"), 2),
            c if c.is_alphabetic() || c == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                    .unwrap_or(rest.len());
                names.push(&rest[..end]);
                end
            }
            c => c.len_utf8(),
        };
        rest = &rest[taken..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_outside_of_strings_braces_and_comments() {
        let tail = "WHERE {a} = 'b' AND \"c\" > d_1 /* e */ AND é = $1 -- f";
        assert_eq!(names(tail), ["WHERE", "AND", "c", "d_1", "AND", "é"]);
        assert_eq!(names("'open"), Vec::<&str>::new());
        assert_eq!(names("\"open"), ["open"]);
        assert_eq!(names("{open"), Vec::<&str>::new());
    }
}

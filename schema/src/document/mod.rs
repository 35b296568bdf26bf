//! What accessors of documents send, for every stage of every field in flight: stages of
//! aggregation pipelines, as JSON, of which the runtime makes BSON.
//!
//! A document has room for any field, so a field on its way is written from the start, and
//! beside it the fields whose place it takes: what goes there is computed by the server, in the
//! same statement, from the values that were set by the stage before. So no text has values in
//! it, and the texts of a combination of stages are made once.

mod fill;
mod filter;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use crate::access::{InFlight, Leaving};
use crate::{Side, Sides, Stage, Template};

pub use fill::{Fill, UNFILLED};
pub use filter::{BadSearch, Condition, Names, Searched, Until};

/// By this title a validator is known as colmig's, which may take another in its place.
pub const VALIDATOR_TITLE: &str = "colmig";

/// What the statements of one model are made from.
#[derive(Clone, Debug, Default)]
pub struct Collection<'a> {
    /// The stored fields, in the order of the struct.
    pub fields: Vec<Field<'a>>,
    /// The fields on their way out that inserts still have to give a value.
    pub leaving: Vec<Leaving<'a>>,
}

/// One stored field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The name by which documents have it.
    pub name: &'a str,
    /// Where it is on its way; none once it is there for good.
    pub flight: Option<InFlight<'a>>,
}

/// What a write of some fields needs beside their values: stages of a pipeline around the one
/// that sets them. Where there are none, the values alone will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The stages before.
    pub before: Vec<String>,
    /// The stages behind.
    pub behind: Vec<String>,
    /// The fields that must not be given null.
    pub refuse_null: Vec<usize>,
    /// The fields whose place-takers functions of the application convert: what they make of the value
    /// for the field before is set beside it.
    pub made: Vec<usize>,
}

/// How the error of a write begins that refuses a value for what it is: the position of its
/// field follows, and a blank.
pub const REFUSES: &str = "colmig refuses ";

/// The field that a write refused, by what the server says.
///
/// ```
/// use colmig_schema::document::refused;
/// let said = "Failed to parse number 'colmig refuses 12 string' in $convert with no onError value";
/// assert_eq!(refused(said), Some(12));
/// assert_eq!(refused("Failed to parse number 'x' in $convert"), None);
/// ```
pub fn refused(message: &str) -> Option<usize> {
    let (_, behind) = message.split_once(REFUSES)?;
    let (position, _) = behind.split_once(' ')?;
    position.parse().ok()
}

/// Text as JSON. No field has a quote or a backslash in its name.
fn text(text: impl Display) -> String {
    format!("\"{text}\"")
}

/// The value of a field in an expression.
fn path(field: &str) -> String {
    text(format_args!("${field}"))
}

/// A rule as an expression.
fn rule(rule: &Template) -> String {
    rule.expression().to_string()
}

/// A stage that sets fields to what expressions give; none without a field.
fn set<N: AsRef<str>>(fields: &[(N, String)]) -> Option<String> {
    if fields.is_empty() {
        return None;
    }
    Some(format!("{{\"$set\": {}}}", object(fields)))
}

fn object<N: AsRef<str>>(fields: &[(N, String)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}: {value}", text(name.as_ref())))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// What a field holds, or an expression where the document does not have the field.
fn or_if_missing(field: &str, expression: &str) -> String {
    let field = path(field);
    format!(
        "{{\"$cond\": [{{\"$eq\": [{{\"$type\": {field}}}, \"missing\"]}}, {expression}, {field}]}}"
    )
}

/// Which sides of a field that takes the place of others are read and written; none of one that
/// is new.
fn sides(flight: &InFlight<'_>) -> Option<Sides> {
    // There is room for it from the start, so it is written from the start.
    let stage = flight.stage.max(Stage::Written);
    (!flight.legacy.is_empty()).then(|| stage.sides(flight.reads))
}

impl<'a> Field<'a> {
    /// Whether a read of the field gives something else than what is stored, in some document.
    fn is_computed(&self) -> bool {
        self.flight
            .as_ref()
            .is_some_and(|flight| match sides(flight) {
                Some(sides) => sides.reads == Side::Legacy,
                None => flight.stage < Stage::Filled && *flight.fallback != Template::new(),
            })
    }

    /// The same, where a function of the application computes it, which the server cannot call.
    fn is_computed_in_rust(&self) -> bool {
        self.is_computed() && self.is_in_rust()
    }

    /// What a read of the field gives, where that is not what is stored and the server computes it.
    fn read(&self) -> Option<String> {
        let flight = self.flight.as_ref()?;
        if !self.is_computed() || flight.in_rust {
            return None;
        }
        let fallback = rule(flight.fallback);
        if !flight.legacy.is_empty() {
            return Some(fallback);
        }
        Some(match flight.null_is_old {
            true => format!("{{\"$ifNull\": [{}, {fallback}]}}", path(self.name)),
            false => or_if_missing(self.name, &fallback),
        })
    }

    /// The fields whose place it takes and that are still written.
    fn written(&self) -> &[(&'a str, &'a Template)] {
        match &self.flight {
            Some(flight) if sides(flight).is_some_and(|sides| sides.writes_legacy) => {
                &flight.legacy
            }
            _ => &[],
        }
    }

    fn is_in_rust(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.in_rust)
    }

    /// Those of them that the server computes.
    fn legacy(&self) -> &[(&'a str, &'a Template)] {
        match self.is_in_rust() {
            true => &[],
            false => self.written(),
        }
    }

    /// Whether the documents that are not filled yet are among those in which the field is
    /// missing, or null: the others hold what a read gives.
    fn is_new(&self) -> bool {
        self.flight
            .as_ref()
            .is_some_and(|flight| flight.legacy.is_empty())
    }

    /// Whether nothing of its value can be lost on the way to legacy and back.
    fn is_exact(&self, flight: &InFlight<'_>) -> bool {
        let [(legacy, down)] = flight.legacy.as_slice() else {
            return false;
        };
        is_value_of(flight.fallback, legacy) && is_value_of(down, self.name)
    }

    /// Its value, unless legacy would read back as another; that is an error of the server's,
    /// and the document stays as it was.
    fn guarded(&self, position: usize) -> Option<String> {
        let flight = self.flight.as_ref()?;
        if self.legacy().is_empty() || self.is_exact(flight) {
            return None;
        }
        let field = path(self.name);
        let back = rule(flight.fallback);
        // An expression of constants alone would be evaluated before the condition is.
        let error = format!(
            "{{\"$toInt\": {{\"$concat\": [{}, {{\"$type\": {field}}}]}}}}",
            text(format_args!("{REFUSES}{position} "))
        );
        Some(format!(
            "{{\"$cond\": [{{\"$eq\": [{{\"$ifNull\": [{back}, null]}}, {{\"$ifNull\": [{field}, null]}}]}}, {field}, {error}]}}"
        ))
    }
}

/// Whether a rule is the value of a field and nothing else.
fn is_value_of(template: &Template, field: &str) -> bool {
    rule(template).trim() == path(field)
}

impl Collection<'_> {
    /// The stage that makes of a document what is read of it; none where that is what is stored.
    pub fn read(&self) -> Option<String> {
        set(&self.computed())
    }

    /// The positions of the fields that a function of the application computes when they are read.
    pub fn converted(&self) -> impl Iterator<Item = usize> {
        let fields = self.fields.iter().enumerate();
        fields.filter_map(|(position, field)| field.is_computed_in_rust().then_some(position))
    }

    fn computed(&self) -> Vec<(&str, String)> {
        let fields = self.fields.iter();
        fields
            .filter_map(|field| Some((field.name, field.read()?)))
            .collect()
    }

    /// What is needed around the values of all fields, which make a document, or take the place of
    /// those that it has.
    pub fn insert(&self) -> Around {
        let all: Vec<usize> = (0..self.fields.len()).collect();
        let mut around = self.update(&all);
        let leaving = self.leaving.iter();
        let leaving = leaving.filter(|leaving| leaving.stage < Stage::Alone);
        let leaving: Vec<_> = leaving
            .map(|leaving| {
                let filled = or_if_missing(leaving.column, &rule(leaving.filling));
                (leaving.column, filled)
            })
            .collect();
        around.behind.extend(set(&leaving));
        around
    }

    /// What is needed around the values of the fields at these positions.
    pub fn update(&self, fields: &[usize]) -> Around {
        let mut legacy: Vec<(&str, String)> = Vec::new();
        for field in fields {
            for (name, down) in self.fields[*field].legacy() {
                if !legacy.iter().any(|(known, _)| known == name) {
                    legacy.push((name, rule(down)));
                }
            }
        }
        let touched = |field: &Field<'_>| {
            let mut others = field.legacy().iter();
            others.any(|(other, _)| legacy.iter().any(|(name, _)| name == other))
        };
        let all = self.fields.iter().enumerate();
        let touched: Vec<_> = all.filter(|(_, field)| touched(field)).collect();
        // Legacy is made of all the fields that take its place. Of those that are not set it has
        // to be what a read gives, before anything is changed.
        let untold = touched
            .iter()
            .filter(|(position, _)| !fields.contains(position));
        let untold: Vec<_> = untold
            .filter_map(|(_, field)| Some((field.name, field.read()?)))
            .collect();
        let guarded = touched.iter();
        let guarded: Vec<_> = guarded
            .filter_map(|(position, field)| Some((field.name, field.guarded(*position)?)))
            .collect();
        let refuses_null = |field: &&usize| {
            let flight = &self.fields[**field].flight;
            flight.as_ref().is_some_and(|flight| flight.refuses_null)
        };
        let made = |field: &&usize| {
            let field = &self.fields[**field];
            field.is_in_rust() && !field.written().is_empty()
        };
        Around {
            before: set(&untold).into_iter().collect(),
            behind: set(&legacy).into_iter().chain(set(&guarded)).collect(),
            refuse_null: fields.iter().filter(refuses_null).copied().collect(),
            made: fields.iter().filter(made).copied().collect(),
        }
    }

    /// Both sides of a field that takes the place of others, as a stage that gives them and whether
    /// they are the same; none of any other field, and of one that functions of the application convert.
    pub fn compare(&self, field: usize) -> Option<String> {
        let field = self.fields.get(field)?;
        let flight = field.flight.as_ref()?;
        if flight.legacy.is_empty() || flight.in_rust {
            return None;
        }
        let (legacy, target) = (rule(flight.fallback), path(field.name));
        let same = format!(
            "{{\"$eq\": [{{\"$ifNull\": [{legacy}, null]}}, {{\"$ifNull\": [{target}, null]}}]}}"
        );
        Some(format!(
            "{{\"$project\": {}}}",
            object(&[("same", same), ("legacy", legacy), ("target", target)])
        ))
    }
}

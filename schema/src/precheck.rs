//! The statements that look for rows which a constraint would refuse, before it is tried.

use std::fmt;
use std::str::FromStr;

use crate::comparison::{Ranged, Search};

/// A search for rows that resist a constraint or a unique index which is to come, as a file of
/// a migration holds it.
///
/// Parameters are numbered. Keys are given one column for each part, as text where the
/// database has typed parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precheck {
    /// The table.
    pub table: String,
    /// The columns of the key, for messages.
    pub key: Vec<String>,
    /// The constraint or index that is to come.
    pub constraint: String,
    /// What it demands.
    pub rule: Rule,
    /// Of which columns, for messages; of a unique index over expressions these.
    pub columns: Vec<String>,
    /// The condition, or what is referred to, for messages.
    pub says: Option<String>,
    /// How the rows are found.
    pub looks: Looks,
}

/// How rows are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looks {
    /// Each row by itself, so in ranges of keys.
    Ranges(Ranges),
    /// Rows against each other, so the table in one read, which blocks nobody.
    Whole {
        /// How many rows resist.
        count: String,
        /// The keys of some of them, each with the number of its group behind it, up to the
        /// number in the parameter.
        resisting: String,
    },
}

/// The statements of a search in ranges of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// The smallest key.
    pub first: String,
    /// The first key of the next range, from the key of this one and the number of rows.
    pub boundary: String,
    /// From a key (inclusive) to a key (exclusive): how many rows there are, and how many of
    /// them resist, all in one state of the table.
    pub count: Ranged,
    /// The keys of rows that resist, in the same range, up to the number in the last parameter.
    pub resisting: Ranged,
}

/// What a constraint demands of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// No two with the same values.
    Unique,
    /// A condition.
    Check,
    /// A value.
    NotNull,
    /// A row of another table that they refer to.
    ForeignKey,
}

impl Rule {
    const ALL: [Rule; 4] = [Rule::Unique, Rule::Check, Rule::NotNull, Rule::ForeignKey];

    /// What it is called, in files and for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Rule::Unique => "unique",
            Rule::Check => "check",
            Rule::NotNull => "not-null",
            Rule::ForeignKey => "foreign-key",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rule of rows: there are unique, check, not-null and foreign-key")]
pub struct UnknownRule(String);

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rules = Rule::ALL.into_iter();
        rules
            .find(|rule| rule.name() == text)
            .ok_or_else(|| UnknownRule(text.to_owned()))
    }
}

impl Precheck {
    /// The search in ranges.
    pub fn search<'a>(&'a self, ranges: &'a Ranges) -> Search<'a> {
        Search {
            table: &self.table,
            key: &self.key,
            first: &ranges.first,
            boundary: &ranges.boundary,
            count: &ranges.count,
            found: &ranges.resisting.last,
            found_within: Some(&ranges.resisting.within),
        }
    }

    /// Whether `step` brings the constraint that this looks ahead to: a step's id ends with
    /// the name of what it is about.
    pub fn is_for(&self, step: &str) -> bool {
        let verb = step.strip_suffix(self.constraint.as_str());
        verb.is_some_and(|verb| verb.ends_with('_'))
    }

    /// The statements, by the words that stand above each in the file.
    pub(crate) fn labelled(&self) -> Vec<(&'static str, &str)> {
        match &self.looks {
            Looks::Ranges(ranges) => vec![
                ("first", ranges.first.as_str()),
                ("boundary", &ranges.boundary),
                ("count", &ranges.count.within),
                ("count the last", &ranges.count.last),
                ("resisting", &ranges.resisting.within),
                ("resisting in the last", &ranges.resisting.last),
            ],
            Looks::Whole { count, resisting } => {
                vec![("count all", count.as_str()), ("resisting", resisting)]
            }
        }
    }

    /// Reads it back: `field` gives what a line says, `statement` what stands below a label.
    pub(crate) fn read<E>(
        table: String,
        rule: Rule,
        mut field: impl FnMut(&str) -> Option<String>,
        mut statement: impl FnMut(&str) -> Result<String, E>,
        missing: impl Fn(&str) -> E,
    ) -> Result<Self, E> {
        let names = |text: String| {
            let names = text.split(", ").filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut required = |name: &str| field(name).ok_or_else(|| missing(name));
        let (key, columns) = (names(required("key")?), names(required("columns")?));
        let constraint = required("constraint")?;
        let looks = match rule {
            Rule::Unique => Looks::Whole {
                count: statement("count all")?,
                resisting: statement("resisting")?,
            },
            Rule::Check | Rule::NotNull | Rule::ForeignKey => Looks::Ranges(Ranges {
                first: statement("first")?,
                boundary: statement("boundary")?,
                count: Ranged {
                    within: statement("count")?,
                    last: statement("count the last")?,
                },
                resisting: Ranged {
                    within: statement("resisting")?,
                    last: statement("resisting in the last")?,
                },
            }),
        };
        Ok(Precheck {
            table,
            key,
            constraint,
            rule,
            columns,
            says: field("says"),
            looks,
        })
    }
}

/// The lines of the file.
impl fmt::Display for Precheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- check rows: {}", self.table)?;
        writeln!(f, "-- key: {}", self.key.join(", "))?;
        writeln!(f, "-- constraint: {}", self.constraint)?;
        writeln!(f, "-- rule: {}", self.rule)?;
        writeln!(f, "-- columns: {}", self.columns.join(", "))?;
        if let Some(says) = &self.says {
            writeln!(f, "-- says: {says}")?;
        }
        for (label, sql) in self.labelled() {
            writeln!(f, "-- statement: {label}\n{sql};")?;
        }
        Ok(())
    }
}

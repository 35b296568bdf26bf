//! The statements that compare both sides of a column over the whole table, and mend rows.

use std::fmt;

/// The statements of a comparison in ranges of keys, as a file of a migration holds them.
///
/// Parameters are numbered: the key's values first. `first`, `boundary` and `differing` give a
/// key, one column for each part of it, as text where the database has typed parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The table.
    pub table: String,
    /// The columns of the key, for messages.
    pub key: Vec<String>,
    /// The columns whose place is taken; none for a column that was added.
    pub legacy: Vec<String>,
    /// The columns that take it, or that were added.
    pub targets: Vec<String>,
    /// The smallest key.
    pub first: String,
    /// The first key of the next range, from the key of this one and the number of rows.
    pub boundary: String,
    /// From a key (inclusive) to a key (exclusive): how many rows there are, and in how many
    /// the sides differ, all in one state of the table.
    pub compare: Ranged,
    /// The keys of rows that differ, from a key (inclusive) on, each with what its legacy
    /// columns and its targets hold, up to the number in the last parameter.
    pub differing: String,
    /// Brings targets to what the rule gives, where they differ and it gives what they can hold.
    pub from_legacy: Ranged,
    /// Brings legacy to what the targets say, where they differ and legacy can say it; none
    /// for a column that was added.
    pub from_target: Option<Ranged>,
}

/// One statement over ranges of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranged {
    /// From a key (inclusive) to a key (exclusive).
    pub within: String,
    /// From a key (inclusive) on.
    pub last: String,
}

impl Ranged {
    /// The statement for a range that ends before a key, or does not end.
    pub fn sql(&self, ends: bool) -> &str {
        if ends { &self.within } else { &self.last }
    }
}

/// The statements that go through a table in ranges of keys, and find rows.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The table.
    pub table: &'a str,
    /// The columns of the key, for messages.
    pub key: &'a [String],
    /// The smallest key.
    pub first: &'a str,
    /// The first key of the next range, from the key of this one and the number of rows.
    pub boundary: &'a str,
    /// How many rows a range has, and how many of them are looked for.
    pub count: &'a Ranged,
    /// The keys of those, from a key (inclusive) on, up to the number in the last parameter.
    pub found: &'a str,
    /// The same, up to a key (exclusive) that stands before the number; none where there is no
    /// such statement.
    pub found_within: Option<&'a str>,
}

impl Comparison {
    /// The search for the rows that differ.
    pub fn search(&self) -> Search<'_> {
        Search {
            table: &self.table,
            key: &self.key,
            first: &self.first,
            boundary: &self.boundary,
            count: &self.compare,
            found: &self.differing,
            found_within: None,
        }
    }

    /// The statements, by the words that stand above each in the file.
    pub(crate) fn labelled(&self) -> Vec<(&'static str, &str)> {
        let mut labelled = vec![
            ("first", self.first.as_str()),
            ("boundary", &self.boundary),
            ("compare", &self.compare.within),
            ("compare the last", &self.compare.last),
            ("differing", &self.differing),
            ("mend from legacy", &self.from_legacy.within),
            ("mend the last from legacy", &self.from_legacy.last),
        ];
        if let Some(back) = &self.from_target {
            labelled.push(("mend from target", &back.within));
            labelled.push(("mend the last from target", &back.last));
        }
        labelled
    }

    /// Reads it back: `field` gives what a line says, `statement` what stands below a label.
    pub(crate) fn read<E>(
        table: String,
        mut field: impl FnMut(&str) -> Option<String>,
        mut statement: impl FnMut(&str) -> Result<String, E>,
        missing: impl Fn(&str) -> E,
    ) -> Result<Self, E> {
        let names = |text: String| text.split(", ").map(str::to_owned).collect::<Vec<_>>();
        let key = field("key").map(names).ok_or_else(|| missing("key"))?;
        let legacy = field("legacy").map(names).unwrap_or_default();
        let targets = field("targets").map(names);
        let targets = targets.ok_or_else(|| missing("targets"))?;
        let mut ranged = |within: &str, last: &str| {
            Ok(Ranged {
                within: statement(within)?,
                last: statement(last)?,
            })
        };
        let compare = ranged("compare", "compare the last")?;
        let from_legacy = ranged("mend from legacy", "mend the last from legacy")?;
        let from_target = match legacy.is_empty() {
            true => None,
            false => Some(ranged("mend from target", "mend the last from target")?),
        };
        Ok(Comparison {
            table,
            key,
            legacy,
            targets,
            first: statement("first")?,
            boundary: statement("boundary")?,
            compare,
            differing: statement("differing")?,
            from_legacy,
            from_target,
        })
    }
}

/// The lines of the file.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- compare: {}", self.table)?;
        writeln!(f, "-- key: {}", self.key.join(", "))?;
        if !self.legacy.is_empty() {
            writeln!(f, "-- legacy: {}", self.legacy.join(", "))?;
        }
        writeln!(f, "-- targets: {}", self.targets.join(", "))?;
        for (label, sql) in self.labelled() {
            writeln!(f, "-- statement: {label}\n{sql};")?;
        }
        Ok(())
    }
}

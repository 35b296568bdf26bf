//! What a run came to.

use std::collections::BTreeMap;
use std::fmt;

/// So many of a kind are told in full. The first ones tell; thousands of the same do not tell more.
const TOLD: usize = 5;

/// What a run came to.
#[derive(Clone, Debug, Default)]
#[must_use = "it says whether anything was violated"]
pub struct Report {
    /// The database.
    pub(crate) database: &'static str,
    /// What the faults were drawn by.
    pub(crate) seed: u64,
    /// For how long it ran.
    pub(crate) seconds: u64,
    /// How often it began with a fresh database.
    pub(crate) rounds: u64,
    phases: BTreeMap<String, u64>,
    operations: BTreeMap<String, u64>,
    acknowledged: u64,
    faults: BTreeMap<String, u64>,
    refused: BTreeMap<String, u64>,
    unknown: BTreeMap<String, u64>,
    late: BTreeMap<String, u64>,
    violations: Found,
    schema: Found,
}

/// What must not be, with the first of them in full.
#[derive(Clone, Debug, Default)]
struct Found {
    number: u64,
    told: Vec<String>,
}

impl Found {
    fn add(&mut self, what: String) {
        self.number += 1;
        if self.told.len() < TOLD {
            self.told.push(what);
        }
    }
}

impl Report {
    /// Whether nothing was violated.
    pub fn is_clean(&self) -> bool {
        self.violations.number == 0 && self.schema.number == 0
    }

    /// Reads that nothing explains, and the like.
    pub fn violations(&self) -> u64 {
        self.violations.number
    }

    /// Statements that failed for reasons of schema.
    pub fn schema_failures(&self) -> u64 {
        self.schema.number
    }

    /// Writes that were accepted.
    pub fn acknowledged_writes(&self) -> u64 {
        self.acknowledged
    }

    /// How many faults there were.
    pub fn faults(&self) -> u64 {
        self.faults.values().sum()
    }

    pub(crate) fn phase(&mut self, what: &str) {
        count(&mut self.phases, what);
    }

    pub(crate) fn operation(&mut self, kind: &str) {
        count(&mut self.operations, kind);
    }

    pub(crate) fn acknowledged(&mut self) {
        self.acknowledged += 1;
    }

    pub(crate) fn fault(&mut self, kind: &str) {
        count(&mut self.faults, kind);
    }

    pub(crate) fn refused(&mut self, why: &str) {
        count(&mut self.refused, why);
    }

    pub(crate) fn unknown(&mut self, why: &str) {
        count(&mut self.unknown, why);
    }

    /// A statement that failed for reasons of schema in a process that had stood still.
    pub(crate) fn late(&mut self, what: &str) {
        count(&mut self.late, what);
    }

    pub(crate) fn violation(&mut self, what: String) {
        self.violations.add(what);
    }

    pub(crate) fn schema(&mut self, what: String) {
        self.schema.add(what);
    }

    /// Adds another round.
    pub(crate) fn add(&mut self, round: Report) {
        for (sum, of) in [
            (&mut self.phases, round.phases),
            (&mut self.operations, round.operations),
            (&mut self.faults, round.faults),
            (&mut self.refused, round.refused),
            (&mut self.unknown, round.unknown),
            (&mut self.late, round.late),
        ] {
            for (what, number) in of {
                *sum.entry(what).or_default() += number;
            }
        }
        self.acknowledged += round.acknowledged;
        for (sum, of) in [
            (&mut self.violations, round.violations),
            (&mut self.schema, round.schema),
        ] {
            sum.number += of.number;
            let room = TOLD.saturating_sub(sum.told.len());
            sum.told.extend(of.told.into_iter().take(room));
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(number) => *number += 1,
        None => {
            counts.insert(what.to_owned(), 1);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, what: &str, number: &dyn fmt::Display| {
            writeln!(f, "{what:<44}{number:>10}")
        };
        writeln!(f, "{}, seed {}", self.database, self.seed)?;
        line(f, "seconds", &self.seconds)?;
        line(f, "rounds", &self.rounds)?;
        for (title, counts) in [
            ("phases entered", &self.phases),
            ("operations", &self.operations),
            ("faults", &self.faults),
            ("refused, and nothing was written", &self.refused),
            ("of unknown outcome", &self.unknown),
            ("failed after the process had stood still", &self.late),
        ] {
            line(f, title, &counts.values().sum::<u64>())?;
            for (what, number) in counts {
                line(f, &format!("  {what}"), number)?;
            }
        }
        line(f, "acknowledged writes", &self.acknowledged)?;
        line(
            f,
            "statements that failed for reasons of schema",
            &self.schema.number,
        )?;
        line(f, "violations", &self.violations.number)?;
        for (title, found) in [("failed", &self.schema), ("violated", &self.violations)] {
            for what in &found.told {
                writeln!(f, "{title}: {what}")?;
            }
        }
        Ok(())
    }
}

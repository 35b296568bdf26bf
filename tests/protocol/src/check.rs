//! Runs the checker, and tells what it found.

use std::fmt;
use std::time::{Duration, Instant};

use stateright::{Checker, HasDiscoveries, Model};

use crate::action::Told;
use crate::model::{Occasion, Protocol};
use crate::properties;

/// What the checker found.
#[derive(Debug)]
pub struct Checked {
    /// How many states there are.
    pub unique: usize,
    /// How many ways to reach one were looked at.
    pub total: usize,
    /// The length of the longest way.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// The properties that do not hold.
    pub violations: Vec<Trace>,
    /// What was met, and how often.
    pub met: Vec<(Occasion, u64)>,
}

impl Checked {
    /// Whether a property does not hold.
    pub fn violates(&self, property: &str) -> bool {
        let mut violated = self.violations.iter();
        violated.any(|trace| trace.property == property)
    }

    /// How often something was met.
    pub fn times(&self, occasion: Occasion) -> u64 {
        let met = self.met.iter().find(|(known, _)| *known == occasion);
        met.map_or(0, |(_, times)| *times)
    }
}

/// The way to a state in which a property does not hold.
#[derive(Debug)]
pub struct Trace {
    /// The property.
    pub property: &'static str,
    /// The actions, in words.
    pub lines: Vec<String>,
}

/// Visits every state.
pub fn check(protocol: Protocol, threads: usize) -> Checked {
    run(protocol, threads, HasDiscoveries::All)
}

/// Looks for a state in which a property does not hold, the nearest first.
pub fn convict(protocol: Protocol) -> Checked {
    run(protocol, 1, HasDiscoveries::AnyFailures)
}

fn run(protocol: Protocol, threads: usize, finish: HasDiscoveries) -> Checked {
    let began = Instant::now();
    let checker = protocol
        .checker()
        .threads(threads)
        .finish_when(finish)
        .spawn_bfs()
        .join();
    let trace = |(property, _): &properties::Property| {
        let path = checker.discovery(property)?.into_vec();
        let told = path
            .iter()
            .filter_map(|(state, action)| Some(Told(state, (*action)?).to_string()));
        Some(Trace {
            property,
            lines: told.collect(),
        })
    };
    let met = Occasion::ALL.map(|occasion| (occasion, checker.model().times(occasion)));
    Checked {
        unique: checker.unique_state_count(),
        total: checker.state_count(),
        depth: checker.max_depth(),
        took: began.elapsed(),
        violations: properties::ALL.iter().filter_map(trace).collect(),
        met: met.to_vec(),
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.lines.iter().enumerate() {
            writeln!(f, "  {:>2}  {line}", number + 1)?;
        }
        write!(f, "      => violates {}", self.property)
    }
}

//! What holds a backfill: replicas that fall behind, an archive that does not keep up, a table
//! that grows, a query or a URL of the team's own.
//!
//! ```text
//! Watchman ── looks twice a second ──> Gauge, one for each brake ──> driver
//!    │ Latch: holds at the limit, lets go well below it
//!    ├── Crew: no batch begins while anything holds
//!    └── colmig_brake: what holds, for `status` and for other processes
//! ```
//!
//! The brakes of a database are its driver's. Every process that has workers looks for itself,
//! and heeds what another has written down as well: a brake that only one of them can read
//! holds them all.

mod custom;
mod latch;
mod limits;
mod query;
#[cfg(any(feature = "postgres", feature = "mariadb"))]
mod rate;
mod watchman;

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

pub use custom::{Brake, Looking};
pub use limits::{Brakes, Bytes, VacuumBrake};
#[cfg(any(feature = "postgres", feature = "mariadb"))]
pub(in crate::migrate) use rate::Rate;
pub(super) use watchman::Watchman;

use crate::migrate::driver::{Connector, Driver, Failure};

/// What a brake has read.
///
/// ```
/// let reading = colmig::migrate::Reading::new(1.5, "3 jobs wait", "2 jobs");
/// assert!(reading.holds());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// As a multiple of the limit: from 1 on it holds, and below 0.7 it lets go.
    pub level: f64,
    /// In words.
    pub reading: String,
    /// The limit, in words.
    pub threshold: String,
}

impl Reading {
    /// A reading, as a multiple of the limit and in words.
    pub fn new(level: f64, reading: impl Into<String>, threshold: impl Into<String>) -> Self {
        Reading {
            level,
            reading: reading.into(),
            threshold: threshold.into(),
        }
    }

    /// A reading that holds whatever the limit.
    pub fn holding(reading: impl Into<String>, threshold: impl Into<String>) -> Self {
        Reading::new(f64::INFINITY, reading, threshold)
    }

    /// Whether it is at its limit or above.
    pub fn holds(&self) -> bool {
        self.level >= 1.0
    }
}

/// A brake that holds a backfill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Hold {
    /// The name of the brake.
    pub brake: String,
    /// What it reads.
    pub reading: String,
    /// Up to where that is in order.
    pub threshold: String,
    /// For how long it holds.
    pub held_ms: u64,
}

impl Hold {
    pub(in crate::migrate) fn new(brake: &str, reading: &Reading, held_ms: u64) -> Self {
        Hold {
            brake: brake.to_owned(),
            reading: reading.reading.clone(),
            threshold: reading.threshold.clone(),
            held_ms,
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hold {
            brake,
            reading,
            threshold,
            ..
        } = self;
        write!(f, "{brake}: {reading} (limit: {threshold})")
    }
}

/// What a look at a brake gives.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::migrate) enum Seen {
    /// It is switched off, or there is nothing here that it could read.
    Nothing,
    /// What it reads.
    Reading(Reading),
    /// This role may not read it. Said once; nothing is held by it.
    Hidden {
        /// Why, and what mends it.
        remedy: String,
    },
}

/// One brake.
#[async_trait]
pub(in crate::migrate) trait Gauge: Send {
    /// Its name, as events and `status` have it.
    fn name(&self) -> &str;

    /// Reads it. Limits are those of this moment: they may change while a backfill goes on.
    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure>;

    /// Whether it holds where the database does not give it a reading at all.
    fn holds_unread(&self) -> bool {
        false
    }
}

/// What a brake is read from.
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "what SQLite has is read from less")
)]
pub(in crate::migrate) struct Look<'a> {
    /// A connection for looks.
    pub(in crate::migrate) driver: &'a mut dyn Driver,
    /// Opens another, for what takes long.
    pub(in crate::migrate) connector: &'a Connector,
    pub(in crate::migrate) limits: &'a Brakes,
    /// The table that is filled.
    pub(in crate::migrate) table: &'a str,
    /// What was so when the backfill began.
    pub(in crate::migrate) baseline: &'a mut Baseline,
    /// The rows that this pass has changed, by all processes.
    pub(in crate::migrate) changed: u64,
    /// How many rows this pass may have changed before the next look.
    pub(in crate::migrate) quota: &'a mut u64,
    /// How many times its usual duration a batch took since the last look; 0 if there was none.
    pub(in crate::migrate) slowed: f64,
}

/// What was so when the backfill began, as it was written down then: a run that goes on knows
/// it too.
#[derive(Clone, Debug, Default)]
pub(in crate::migrate) struct Baseline {
    known: BTreeMap<String, String>,
    /// What is not written down yet.
    new: Vec<String>,
}

impl Baseline {
    pub(in crate::migrate) fn of(known: BTreeMap<String, String>) -> Self {
        Baseline {
            known,
            new: Vec::new(),
        }
    }

    /// What is not written down yet.
    pub(in crate::migrate) fn unwritten(&self) -> impl Iterator<Item = (&str, &str)> {
        let known = |name: &String| self.known.get_key_value(name);
        let new = self.new.iter().filter_map(known);
        new.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What was so; where nobody has noted it, what is so now.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "mongodb")),
        expect(dead_code, reason = "what SQLite has is read from less")
    )]
    pub(in crate::migrate) fn get(&mut self, name: &str, now: impl FnOnce() -> String) -> &str {
        let Baseline { known, new } = self;
        known.entry(name.to_owned()).or_insert_with(|| {
            new.push(name.to_owned());
            now()
        })
    }
}

//! Compares both sides of a column over the whole table, in ranges of keys.
//!
//! A range is one statement, in which the database itself compares the two sides of each row
//! and gives two numbers. One statement reads one state of the table, and accessors and
//! triggers write both sides in one statement, so what differs is no write that is under way.
//! Only in ranges in which something differs are keys read.

mod mend;
mod pass;

use std::fmt;
use std::time::Duration;

use colmig_schema::comparison::{Comparison, Search};
use colmig_schema::script::{Run, Step};
use colmig_schema::{Phase, Progress};
use serde::Serialize;

use super::driver::{end, keys_in_words};
use super::error::{Place, millis};
use super::event::Event;
use super::load::Migration;
use super::retry::Attempts;
use super::session::{Halt, Session, Standing};
use super::store::{StepState, Trouble};
pub(super) use mend::Mended;
pub(super) use pass::{Pass, Pulse};

/// How many keys the gate names.
const NAMED_KEYS: u64 = 20;

/// What one comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// The table.
    pub table: String,
    /// The columns whose place is taken; none for a column that was added.
    pub legacy: Vec<String>,
    /// The columns that take it, or that were added.
    pub targets: Vec<String>,
    /// The rows that were compared.
    pub rows: u64,
    /// The ranges in which they were.
    pub chunks: u64,
    /// The rows in which the sides differ, or differed before they were mended.
    pub differing: u64,
    /// The rows that were mended.
    pub mended: u64,
    /// The rows that differ still, though they were to be mended.
    pub resisting: u64,
    /// How long it took.
    pub elapsed_ms: u64,
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compared {
            rows,
            chunks,
            differing,
            mended,
            resisting,
            ..
        } = self;
        let s = |number: &u64| if *number == 1 { "" } else { "s" };
        write!(
            f,
            "{rows} row{} in {chunks} range{}, of which {differing} {}",
            s(rows),
            s(chunks),
            match (differing, mended) {
                (_, 1..) => "differed",
                (1, _) => "differs",
                _ => "differ",
            }
        )?;
        if *mended > 0 || *resisting > 0 {
            write!(f, ": {mended} mended, {resisting} not")?;
        }
        Ok(())
    }
}

/// The comparisons of a migration, where there is something to be compared: from the end of
/// the backfill on, and until contract.
pub(super) fn comparisons(
    migration: &Migration,
    progress: Progress,
) -> impl Iterator<Item = (&Step, &Comparison)> {
    let ended = matches!(
        progress,
        Progress::Running(Phase::Contract) | Progress::Finished
    );
    let both = progress.has_done(Phase::Backfill) && !ended;
    let steps = migration.steps(Phase::Constrain).iter();
    steps
        .filter(move |_| both)
        .filter_map(|step| match &step.run {
            Run::Compare(comparison) => Some((step, &**comparison)),
            _ => None,
        })
}

/// Where a comparison stands.
pub(super) fn place_of(migration: &Migration, step: &Step) -> Place {
    Place {
        migration: migration.id().to_owned(),
        phase: Phase::Constrain,
        step: step.id.clone(),
    }
}

/// What a clean pass was, for the record.
#[derive(Serialize)]
struct Proof {
    /// The generation of the progress that it speaks of.
    generation: i64,
    rows: u64,
    chunks: u64,
}

impl Session<'_> {
    /// The gate of `constrain`: a pass over each table that finds both sides the same. It is
    /// made each time that the gate is asked, and recorded with what it speaks of.
    pub(super) async fn pass_compare_gate(
        &mut self,
        migration: &Migration,
        standing: Standing,
    ) -> Result<(), Halt> {
        for (step, comparison) in comparisons(migration, standing.progress) {
            let place = place_of(migration, step);
            self.watch.emit(Event::StepStarted {
                migration: place.migration.clone(),
                phase: place.phase,
                step: place.step.clone(),
            });
            let pass = self.compare(&place, comparison, NAMED_KEYS).await?;
            if pass.differing > 0 {
                return Err(Halt::Held {
                    migration: place.migration,
                    phase: place.phase,
                    gate: format!(
                        "{}: `cargo colmig verify --repair` mends them, and `{}` goes on",
                        pass.in_words(comparison),
                        self.resume
                    ),
                });
            }
            self.record_proof(&place, standing, &pass).await?;
            self.watch.emit(Event::StepDone {
                migration: place.migration,
                phase: place.phase,
                step: place.step,
                rows: pass.rows,
                server_log_bytes: None,
                statements: pass.chunks,
                elapsed_ms: millis(pass.began.elapsed()),
            });
        }
        Ok(())
    }

    /// One pass over the table. Nothing is mended.
    async fn compare(
        &mut self,
        place: &Place,
        comparison: &Comparison,
        named: u64,
    ) -> Result<Pass, Halt> {
        let estimated = self.driver.estimate(&comparison.table).await.ok().flatten();
        self.go_through(place, comparison.search(), named, Pulse::new(estimated))
            .await
    }

    /// One pass over the table, for rows that a constraint would refuse.
    pub(super) async fn check_in_ranges(
        &mut self,
        place: &Place,
        search: Search<'_>,
        named: u64,
    ) -> Result<Pass, Halt> {
        let estimated = self.driver.estimate(search.table).await.ok().flatten();
        self.go_through(place, search, named, Pulse::of_check(estimated))
            .await
    }

    async fn go_through(
        &mut self,
        place: &Place,
        search: Search<'_>,
        named: u64,
        mut pulse: Pulse,
    ) -> Result<Pass, Halt> {
        let mut pass = Pass::new(named);
        let mut attempts = Attempts::new(self.settings);
        loop {
            self.check().await?;
            let (busy, chunk) = pass.look(self.driver, search, self.settings).await;
            match chunk {
                Ok(Some(_)) => attempts = Attempts::new(self.settings),
                Ok(None) => return Ok(pass),
                Err(failure) => {
                    let sql = &search.count.within;
                    self.recover(failure.into(), place, sql, &mut attempts)
                        .await?;
                    continue;
                }
            }
            pulse.beat(self.watch, place, &pass);
            self.sleep(rest(busy, self.settings.duty, self.driver.dialect()))
                .await?;
        }
    }

    async fn record_proof(
        &mut self,
        place: &Place,
        standing: Standing,
        pass: &Pass,
    ) -> Result<(), Halt> {
        let proof = Proof {
            generation: standing.generation,
            rows: pass.rows,
            chunks: pass.chunks,
        };
        let proof = serde_json::to_string(&proof).unwrap_or_default();
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self.try_record(place, &proof, pass, &attempts).await {
                Ok(()) => return Ok(()),
                Err(trouble) => {
                    let sql = "INSERT INTO colmig_step ...";
                    self.recover(trouble, place, sql, &mut attempts).await?;
                }
            }
        }
    }

    async fn try_record(
        &mut self,
        place: &Place,
        proof: &str,
        pass: &Pass,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let recorded = async {
            let driver = &mut *self.driver;
            self.store
                .mark(driver, place, StepState::Done, Some(proof), pass.rows)
                .await?;
            let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
            let rows = format!("{} rows are the same on both sides", pass.rows);
            self.store
                .audit(
                    driver,
                    "compared",
                    &place.migration,
                    phase,
                    step,
                    Some(&rows),
                )
                .await?;
            self.lease.fence(driver).await
        };
        let recorded = recorded.await;
        end(self.driver, recorded).await
    }
}

/// The pause after a statement that took so long: the share of the time that is the
/// application's.
pub(super) fn rest(busy: Duration, duty: f64, dialect: &super::driver::Dialect) -> Duration {
    if duty >= 1.0 {
        return Duration::ZERO;
    }
    busy.mul_f64(1.0 / duty - 1.0).max(dialect.pause_at_least)
}

impl Pass {
    /// What it has come to, for programs.
    pub(super) fn compared(&self, comparison: &Comparison) -> Compared {
        Compared {
            table: comparison.table.clone(),
            legacy: comparison.legacy.clone(),
            targets: comparison.targets.clone(),
            rows: self.rows,
            chunks: self.chunks,
            differing: self.differing,
            elapsed_ms: millis(self.began.elapsed()),
            ..Compared::default()
        }
    }

    /// `3 rows of `people` differ ..., by id: 17; 42; 99`.
    pub(super) fn in_words(&self, comparison: &Comparison) -> String {
        let rows = match self.differing {
            1 => "1 row".to_owned(),
            more => format!("{more} rows"),
        };
        let mut words = format!(
            "{} in {rows}, by {}: ",
            what(comparison),
            comparison.key.join(", ")
        );
        words.push_str(&self.keys_in_words(comparison, false).join("; "));
        let unnamed = self.differing.saturating_sub(self.keys.len() as u64);
        if unnamed > 0 {
            words.push_str(&format!("; and {unnamed} more"));
        }
        words
    }

    /// The keys that were read, each with what both sides hold if that is asked for.
    pub(super) fn keys_in_words(&self, comparison: &Comparison, values: bool) -> Vec<String> {
        words_of(self.keys.clone(), comparison, values)
    }
}

/// Keys as people read them; what both sides hold stands behind each, if it is asked for.
pub(super) fn words_of(
    mut rows: Vec<super::driver::Row>,
    comparison: &Comparison,
    values: bool,
) -> Vec<String> {
    if values {
        let shown = [comparison.legacy.as_slice(), &comparison.targets].concat();
        return keys_in_words(rows, &shown);
    }
    rows.iter_mut()
        .for_each(|row| row.truncate(comparison.key.len()));
    keys_in_words(rows, &[])
}

/// What a difference is, in words.
pub(super) fn what(comparison: &Comparison) -> String {
    let names = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let (table, targets) = (&comparison.table, names(&comparison.targets));
    match comparison.legacy.is_empty() {
        true => format!("{targets} of `{table}` is not filled"),
        false => format!(
            "{targets} of `{table}` is not what the rule gives for {}",
            names(&comparison.legacy)
        ),
    }
}

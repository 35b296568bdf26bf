//! The instances of the application, as whoever executes migrations sees them.

use std::fmt;
use std::time::Duration;

use colmig_schema::fleet::{self, Epoch, Holder, Instance, Reason};
use colmig_schema::{Database, Phase};
use serde::Serialize;
use tokio::time::Instant;

use super::blocker::Millis;
use super::driver::end;
use super::error::Place;
use super::event::Event;
use super::load::Migration;
use super::measure;
use super::retry::Attempts;
use super::session::{Halt, Session, ask, changes};

/// How often the leases are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// When it is reported for the first time who is waited for, and how often then.
const REPORT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// As many instances are named in words; events and `status` name all.
const NAMED: usize = 5;

/// An instance that keeps a migration from going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Holding {
    /// The instance.
    pub instance: String,
    /// Its build.
    pub build: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: i64,
    /// When its lease ends, unless it renews it.
    pub lease_ends_in_ms: u64,
    /// Why it does.
    #[serde(flatten)]
    pub reason: Reason,
}

impl From<Holder> for Holding {
    fn from(holder: Holder) -> Self {
        let Instance {
            id,
            build,
            host,
            pid,
            expires_at,
            ..
        } = holder.instance;
        Holding {
            instance: id,
            build,
            host,
            pid,
            lease_ends_in_ms: expires_at.max(0).unsigned_abs(),
            reason: holder.reason,
        }
    }
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (build {}, host {}, pid {}) {}, and its lease ends in {}",
            self.instance,
            self.build,
            self.host,
            self.pid,
            self.reason,
            Millis(self.lease_ends_in_ms)
        )
    }
}

/// The first few, with semicolons between.
pub(super) struct Holdings<'a>(pub(super) &'a [Holding]);

impl fmt::Display for Holdings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, holding) in self.0.iter().take(NAMED).enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            holding.fmt(f)?;
        }
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl Session<'_> {
    /// Waits until every live lease has acknowledged what is published.
    pub(super) async fn await_acknowledged(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        let epoch = self.published_epoch(migration, phase).await?;
        let began = Instant::now();
        let mut reported = None;
        loop {
            let instances = self.instances(migration, phase).await?;
            // The times are counted from now.
            let holding = holdings(fleet::behind(&instances, epoch, 0));
            measure::behind(holding.len());
            if holding.is_empty() {
                return Ok(());
            }
            if began.elapsed() >= self.settings.lock_patience {
                return Err(Halt::Held {
                    migration: migration.id().to_owned(),
                    phase,
                    gate: format!(
                        "{} not arrived in the stage that was published: {}; an instance does once what it began before \
                         has ended, such as a transaction, and one that is gone is waited for until its lease ends; \
                         then `{}` goes on",
                        have(holding.len()),
                        Holdings(&holding),
                        self.resume
                    ),
                });
            }
            self.report_waiting(migration, began, &mut reported, holding);
            self.check().await?;
            self.sleep(LOOK).await?;
        }
    }

    /// Waits until no live instance holds the gate before a phase.
    pub(super) async fn pass_fleet_gate(
        &mut self,
        migration: &Migration,
        phase: Phase,
        covered: bool,
    ) -> Result<(), Halt> {
        if self.settings.offline || migration.creates_tables_only() {
            return Ok(());
        }
        let changes = changes(migration);
        let began = Instant::now();
        let mut reported = None;
        let mut patience = None;
        loop {
            let instances = self.instances(migration, phase).await?;
            let holding = holdings(fleet::gate(phase, covered, &instances, &changes, 0));
            // Before the backfill it stands for writers that do not register. Those that do can be
            // seen, and are waited for.
            let vouched = phase == Phase::Contract || (!covered && holding.is_empty());
            if vouched && self.settings.assume_drained {
                return self.record_drained(migration, phase, &holding).await;
            }
            if holding.is_empty() && (covered || phase == Phase::Contract) {
                return Ok(());
            }
            if holding.is_empty() {
                // Nobody knows of writers that do not register, and nothing serves them.
                let (why, what, such_as) = match self.connector.database() {
                    Database::MongoDb => ("MongoDB has no triggers", "collection", "`mongosh`"),
                    _ => ("it was generated without triggers", "table", "`psql`"),
                };
                return Err(Halt::Held {
                    migration: migration.id().to_owned(),
                    phase,
                    gate: format!(
                        "{why}, so whatever writes the {what} and is no accessor would be lost from here on: scripts, \
                         other services, {such_as}; if there are none, say so: `{} --assume-drained`, which the audit records",
                        self.resume
                    ),
                });
            }
            // Those that are gone have no lease any more by then, and those that have only
            // not told yet will have.
            let longest = holding.iter().map(|holding| holding.lease_ends_in_ms).max();
            let patience = *patience.get_or_insert(
                Duration::from_millis(longest.unwrap_or(0) + 500).min(self.settings.lock_patience),
            );
            if began.elapsed() >= patience {
                return Err(Halt::Held {
                    migration: migration.id().to_owned(),
                    phase,
                    gate: format!(
                        "{} a build that does not know the change: {}; end them or deploy over them, then `{}` goes on{}",
                        are_of(holding.len()),
                        Holdings(&holding),
                        self.resume,
                        match phase {
                            Phase::Contract =>
                                " (if they write no more, say so with `--assume-drained`, which the audit records)",
                            _ => "",
                        }
                    ),
                });
            }
            self.report_waiting(migration, began, &mut reported, holding);
            self.check().await?;
            self.sleep(LOOK).await?;
        }
    }

    fn report_waiting(
        &self,
        migration: &Migration,
        began: Instant,
        reported: &mut Option<Instant>,
        holding: Vec<Holding>,
    ) {
        let due = match reported {
            None => began.elapsed() >= REPORT.0,
            Some(last) => last.elapsed() >= REPORT.1,
        };
        if due {
            *reported = Some(Instant::now());
            self.watch.emit(Event::InstancesWaiting {
                migration: migration.id().to_owned(),
                waited_ms: super::error::millis(began.elapsed()),
                instances: holding,
            });
        }
    }

    /// Writes down that somebody vouched for it that the old builds are gone.
    async fn record_drained(
        &mut self,
        migration: &Migration,
        phase: Phase,
        holding: &[Holding],
    ) -> Result<(), Halt> {
        let detail = if holding.is_empty() {
            "no live instance held the gate".to_owned()
        } else {
            Holdings(holding).to_string()
        };
        let place = place(migration, phase);
        let mut attempts = Attempts::new(self.settings);
        loop {
            let waits = attempts.waits(self.settings.lock_timeout);
            let written = async {
                self.driver.begin(&waits).await?;
                let audited = self
                    .store
                    .audit(
                        self.driver,
                        "assume-drained",
                        migration.id(),
                        Some(phase.name()),
                        None,
                        Some(&detail),
                    )
                    .await;
                let fenced = match audited {
                    Ok(()) => self.lease.fence(self.driver).await,
                    Err(failure) => Err(failure.into()),
                };
                end(self.driver, fenced).await
            };
            match written.await {
                Ok(()) => return Ok(()),
                Err(trouble) => {
                    self.recover(
                        trouble,
                        &place,
                        "INSERT INTO colmig_audit ...",
                        &mut attempts,
                    )
                    .await?
                }
            }
        }
    }

    async fn published_epoch(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<Epoch, Halt> {
        let place = place(migration, phase);
        let statement = "SELECT ... FROM colmig_migration";
        ask!(self, &place, statement, self.store.epoch(self.driver))
    }

    async fn instances(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<Vec<Instance>, Halt> {
        let place = place(migration, phase);
        let statement = "SELECT ... FROM colmig_instance";
        let instances = ask!(self, &place, statement, self.store.instances(self.driver))?;
        measure::fleet(&instances);
        Ok(instances)
    }
}

/// Where the instances are looked at, in errors about that.
fn place(migration: &Migration, phase: Phase) -> Place {
    Place {
        migration: migration.id().to_owned(),
        phase,
        step: "fleet".to_owned(),
    }
}

pub(super) fn holdings(holders: Vec<Holder>) -> Vec<Holding> {
    holders.into_iter().map(Holding::from).collect()
}

fn have(number: usize) -> String {
    match number {
        1 => "1 instance has".to_owned(),
        more => format!("{more} instances have"),
    }
}

fn are_of(number: usize) -> String {
    match number {
        1 => "1 live instance is of".to_owned(),
        more => format!("{more} live instances are of"),
    }
}

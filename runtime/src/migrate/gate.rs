//! The gates: what must hold before a phase is entered, or undone. The one place in
//! which gates are asked.

use std::time::Duration;

use colmig_schema::script::Run;
use colmig_schema::{Phase, protocol};
use tokio::time::Instant;

use super::blocker::{Blocker, Blockers};
use super::driver::{Waits, end};
use super::error::Place;
use super::event::Event;
use super::load::Migration;
use super::retry::Attempts;
use super::session::{Halt, Session};
use super::store::{StepState, Trouble};

/// How often a closed gate is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How often it is reported that a gate is still closed.
const REPORT: Duration = Duration::from_secs(5);

/// Under this name the horizon is recorded among the steps. No step is called so: theirs
/// are words.
const OLDER_TRANSACTIONS: &str = "@older-transactions";

impl Session<'_> {
    /// Waits for the gate before `phase`.
    pub(super) async fn pass_gate_of(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        if matches!(phase, Phase::Expand | Phase::Contract) {
            self.pass_hindrances_gate(migration, phase).await?;
        }
        if phase == Phase::Expand {
            self.pass_cascades_gate(migration).await?;
        }
        self.pass_cluster_gate(migration, phase).await?;
        let covered = migration.is_covered();
        if matches!(phase, Phase::Backfill | Phase::Contract) {
            self.pass_fleet_gate(migration, phase, covered).await?;
        }
        if phase == Phase::Contract {
            self.pass_reads_gate(migration).await?;
        }
        Ok(())
    }

    /// Waits for what has to end within a phase, before its steps, and looks again for rows of
    /// which its steps have met some. The phase is published by
    /// then, so that nobody can come in between who would have to be waited for.
    pub(super) async fn pass_gate_within(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        let fills = migration
            .steps(phase)
            .iter()
            .any(|step| matches!(step.run, Run::Backfill(_) | Run::Convert(_)));
        if matches!(phase, Phase::Constrain | Phase::Contract) {
            self.check_rows_again(migration, phase).await?;
        }
        if protocol::outlives_writers(phase) && fills {
            self.outlive_older(
                migration,
                phase,
                "transactions that began before every writer wrote the column",
            )
            .await?;
        }
        Ok(())
    }

    /// Waits for the gate before the steps of `phase` are undone.
    pub(super) async fn pass_gate_back(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        if protocol::outlives_writers_back(phase) && !migration.creates_tables_only() {
            self.outlive_older(
                migration,
                phase,
                "transactions that may have written the column",
            )
            .await?;
        }
        Ok(())
    }

    /// Waits until every writer that is under way now has ended. Where "now" is stands in
    /// the records, so that a run that goes on later waits for no more than this one.
    async fn outlive_older(
        &mut self,
        migration: &Migration,
        phase: Phase,
        whom: &str,
    ) -> Result<(), Halt> {
        let place = Place {
            migration: migration.id().to_owned(),
            phase,
            step: OLDER_TRANSACTIONS.to_owned(),
        };
        let mut attempts = Attempts::new(self.settings);
        let horizon = loop {
            match self
                .horizon(&place, &attempts.waits(self.settings.lock_timeout))
                .await
            {
                Ok(Some(horizon)) => break horizon,
                Ok(None) => return Ok(()),
                Err(trouble) => {
                    self.recover(
                        trouble,
                        &place,
                        "SELECT pg_current_snapshot()",
                        &mut attempts,
                    )
                    .await?
                }
            }
        };
        let began = Instant::now();
        let mut reported: Option<Instant> = None;
        loop {
            let older = match self.driver.older_than(&horizon).await {
                Ok(older) if older.is_empty() => return Ok(()),
                Ok(older) => older,
                Err(failure) => {
                    self.recover(
                        failure.into(),
                        &place,
                        "SELECT pg_current_snapshot()",
                        &mut attempts,
                    )
                    .await?;
                    continue;
                }
            };
            if began.elapsed() >= self.settings.lock_patience {
                return Err(self.held(migration, phase, whom, &older));
            }
            if reported.is_none_or(|reported| reported.elapsed() >= REPORT) {
                reported = Some(Instant::now());
                self.watch.emit(Event::GateWaiting {
                    migration: migration.id().to_owned(),
                    phase,
                    reason: format!("{whom} are still open"),
                    blockers: older,
                });
            }
            self.check().await?;
            self.sleep(LOOK).await?;
        }
    }

    fn held(&self, migration: &Migration, phase: Phase, whom: &str, older: &[Blocker]) -> Halt {
        Halt::Held {
            migration: migration.id().to_owned(),
            phase,
            gate: format!(
                "{whom} are still open; {}; end them or wait for them, and `{}` goes on",
                Blockers(older),
                self.resume
            ),
        }
    }

    /// The recorded horizon; taken and recorded now if there is none.
    async fn horizon(&mut self, place: &Place, waits: &Waits) -> Result<Option<String>, Trouble> {
        if let Some(record) = self.store.step(self.driver, place).await? {
            return Ok(record.cursor);
        }
        let Some(horizon) = self.driver.horizon().await? else {
            return Ok(None);
        };
        self.driver.begin(waits).await?;
        let marked = self
            .store
            .mark(self.driver, place, StepState::Done, Some(&horizon), 0)
            .await;
        let fenced = match marked {
            Ok(()) => self.lease.fence(self.driver).await,
            Err(failure) => Err(failure.into()),
        };
        end(self.driver, fenced).await?;
        Ok(Some(horizon))
    }
}

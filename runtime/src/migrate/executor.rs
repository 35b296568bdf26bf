//! The phase loop. There is one, and it goes both ways.
//!
//! ```text
//!           ┌─ enter ──> Running ── steps ──> complete ─┐
//! Pending ──┴──<───────────── Done <────────────────────┴──> Finished
//!                 abort │
//! Aborted <── reverted ─┴─ Reverting <── undone steps
//! ```
//!
//! Each arrow is a transition of [`Progress`], and is committed with its line of the
//! audit before anything is done on the strength of it.

use colmig_schema::{IllegalTransition, Phase, Progress};
use tokio::time::Instant;

use super::error::{Error, millis};
use super::event::Event;
use super::load::Migration;
use super::session::{Halt, Session, Standing};

/// Where a migration is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Forwards, until the phase is done.
    Phase(Phase),
    /// Backwards, until everything is undone.
    Aborted,
}

impl Destination {
    fn is_reached(self, progress: Progress) -> bool {
        match self {
            Destination::Phase(phase) => progress.has_done(phase),
            Destination::Aborted => progress == Progress::Aborted,
        }
    }
}

impl Session<'_> {
    /// Takes a migration from where it is to its destination.
    pub(super) async fn drive(
        &mut self,
        migration: &Migration,
        mut standing: Standing,
        destination: Destination,
    ) -> Result<(), Halt> {
        if destination.is_reached(standing.progress) {
            return Ok(());
        }
        let id = || migration.id().to_owned();
        let illegal = |source: IllegalTransition| Error::Illegal {
            migration: id(),
            source,
        };
        self.watch.emit(Event::MigrationStarted { migration: id() });
        if destination == Destination::Aborted {
            let turned = standing.progress.abort().map_err(illegal)?;
            if turned != standing.progress {
                standing = self.publish(migration, standing, turned).await?;
            }
        }
        while !destination.is_reached(standing.progress) {
            self.check().await?;
            self.settle(migration, &mut standing).await?;
            let began = Instant::now();
            let next = match standing.progress {
                Progress::Pending | Progress::Done(_) => {
                    let entered = standing.progress.enter().map_err(illegal)?;
                    if let Some(phase) = entered.phase() {
                        self.pass_gate_of(migration, phase).await?;
                    }
                    if entered == Progress::Running(Phase::Constrain) {
                        self.pass_compare_gate(migration, standing).await?;
                    }
                    if entered == Progress::Running(Phase::Contract) {
                        self.pass_dependents_gate(migration).await?;
                    }
                    entered
                }
                Progress::Running(phase) => {
                    self.watch.emit(Event::PhaseEntered {
                        migration: id(),
                        phase,
                    });
                    self.pass_gate_within(migration, phase).await?;
                    self.advance_all(migration, phase).await?;
                    standing.progress.complete().map_err(illegal)?
                }
                Progress::Reverting(phase) => {
                    self.watch.emit(Event::Reverting {
                        migration: id(),
                        phase,
                    });
                    self.pass_gate_back(migration, phase).await?;
                    self.undo_all(migration, phase).await?;
                    standing.progress.reverted().map_err(illegal)?
                }
                Progress::Aborted | Progress::Finished => break,
            };
            let left = standing.progress;
            standing = self.publish(migration, standing, next).await?;
            if let Progress::Running(phase) = left {
                let elapsed_ms = millis(began.elapsed());
                self.watch.emit(Event::PhaseDone {
                    migration: id(),
                    phase,
                    elapsed_ms,
                });
            }
        }
        match standing.progress {
            Progress::Finished => self
                .watch
                .emit(Event::MigrationFinished { migration: id() }),
            Progress::Aborted => self.watch.emit(Event::MigrationAborted { migration: id() }),
            _ => {}
        }
        Ok(())
    }

    async fn advance_all(&mut self, migration: &Migration, phase: Phase) -> Result<(), Halt> {
        let recorded = self.recorded(migration, phase).await?;
        for step in migration.steps(phase) {
            self.check().await?;
            self.advance(migration, phase, step, &recorded).await?;
        }
        Ok(())
    }

    async fn undo_all(&mut self, migration: &Migration, phase: Phase) -> Result<(), Halt> {
        let recorded = self.recorded(migration, phase).await?;
        for step in migration.steps(phase).iter().rev() {
            self.check().await?;
            self.undo(migration, phase, step, &recorded).await?;
        }
        Ok(())
    }
}

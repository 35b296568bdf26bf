//! One step, done or undone: its statements and its record are one transaction where the
//! database allows it; where not, the record says first what is about to happen.

mod alone;
mod cascades;
mod clusters;
mod dependents;
mod hindrances;
mod one_by_one;
mod precheck;

use colmig_schema::Phase;
use colmig_schema::script::{Run, Step};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::driver::{Driver, end};
use super::error::{Error, Place, millis};
use super::event::Event;
use super::load::Migration;
use super::lock::Lease;
use super::lookout::Lookout;
use super::retry::Attempts;
use super::session::{Halt, Session};
use super::spans;
use super::store::{StepRecord, StepState, Store, Trouble};

/// What a step has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    pub(super) rows: u64,
    pub(super) statements: u64,
    /// What the server has logged meanwhile, where that is counted.
    pub(super) logged: Option<u64>,
}

/// Which way a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forth,
    Back,
}

impl Session<'_> {
    /// Does a step, unless it is recorded as done.
    pub(super) async fn advance(
        &mut self,
        migration: &Migration,
        phase: Phase,
        step: &Step,
        recorded: &[StepRecord],
    ) -> Result<(), Halt> {
        let done = |record: &StepRecord| record.state == StepState::Done;
        if find(recorded, phase, step).is_some_and(done) {
            return Ok(());
        }
        let place = Place {
            migration: migration.id().to_owned(),
            phase,
            step: step.id.clone(),
        };
        self.watch.emit(Event::StepStarted {
            migration: place.migration.clone(),
            phase,
            step: place.step.clone(),
        });
        let began = Instant::now();
        let span = spans::step(&place);
        let done = self
            .take(&place, step, migration.digest())
            .instrument(span.clone())
            .await;
        let done = match done {
            Err(halt @ (Halt::Fail(Error::Conflict { .. }) | Halt::Held { .. }))
                if matches!(phase, Phase::Constrain | Phase::Contract)
                    && !matches!(step.run, Run::CheckRows(_)) =>
            {
                return Err(self.explain(migration, phase, step, halt).await);
            }
            done => done?,
        };
        let Some(cost) = done else { return Ok(()) };
        span.record("rows", cost.rows);
        span.record("statements", cost.statements);
        self.watch.emit(Event::StepDone {
            migration: place.migration,
            phase,
            step: place.step,
            rows: cost.rows,
            server_log_bytes: cost.logged,
            statements: cost.statements,
            elapsed_ms: millis(began.elapsed()),
        });
        Ok(())
    }

    /// What a step does, and what that has cost; none if there was nothing to do.
    async fn take(
        &mut self,
        place: &Place,
        step: &Step,
        digest: &str,
    ) -> Result<Option<Cost>, Halt> {
        Ok(Some(match &step.run {
            Run::Transaction(statements) => {
                let statements: &[String] = match self.is_there(place, step).await? {
                    true => &[],
                    false => statements,
                };
                self.transaction(place, step, statements, Way::Forth)
                    .await?;
                Cost {
                    rows: 0,
                    statements: statements.len() as u64,
                    logged: None,
                }
            }
            Run::OneByOne(statements) => {
                let statements: &[String] = match self.is_there(place, step).await? {
                    true => &[],
                    false => statements,
                };
                self.one_by_one(place, step, Way::Forth, statements).await?
            }
            Run::Alone { cleanup, statement } => self.build(place, cleanup, statement).await?,
            Run::Backfill(backfill) => self.backfill(place, backfill, digest).await?,
            // Passed before the phase was entered; what is written since is written to both
            // sides, so the record speaks of it as well.
            Run::Compare(_) => return Ok(None),
            Run::CheckRows(check) => self.check_rows(place, check).await?,
            Run::CheckDependents(check) => self.check_dependents(place, check).await?,
            Run::Convert(convert) => self.convert(place, convert).await?,
        }))
    }

    /// Undoes a step, if it was begun.
    pub(super) async fn undo(
        &mut self,
        migration: &Migration,
        phase: Phase,
        step: &Step,
        recorded: &[StepRecord],
    ) -> Result<(), Halt> {
        if find(recorded, phase, step).is_none() {
            return Ok(());
        }
        let place = Place {
            migration: migration.id().to_owned(),
            phase,
            step: step.id.clone(),
        };
        let began = Instant::now();
        let in_transaction: &[String] = match &step.run {
            Run::OneByOne(_) => {
                self.one_by_one(&place, step, Way::Back, &step.revert)
                    .await?;
                &[]
            }
            Run::Alone { .. } => {
                for statement in &step.revert {
                    self.alone(&place, statement).await?;
                }
                &[]
            }
            _ => &step.revert,
        };
        self.transaction(&place, step, in_transaction, Way::Back)
            .await?;
        self.watch.emit(Event::StepReverted {
            migration: place.migration,
            phase,
            step: place.step,
            statements: step.revert.len() as u64,
            elapsed_ms: millis(began.elapsed()),
        });
        Ok(())
    }

    /// Statements and record in one transaction, tried until the locks are to be had.
    async fn transaction(
        &mut self,
        place: &Place,
        step: &Step,
        statements: &[String],
        way: Way,
    ) -> Result<(), Halt> {
        // Only the statements that go forth are those that the lock was named for.
        let patient = way == Way::Forth && step.waits_beside_traffic();
        let lock = if patient {
            self.settings.alone_timeout
        } else {
            self.settings.lock_timeout
        };
        let mut attempts = Attempts::new(self.settings);
        loop {
            let work = Work {
                store: self.store,
                lease: &self.lease,
                place,
                statements,
                way,
            };
            let mut at = 0;
            let waits = attempts.waits(lock);
            let lookout = Lookout {
                side: self.side.as_mut(),
                watch: self.watch,
                place,
                lock,
                patient,
            };
            let tried = match self.driver.begin(&waits).await {
                Ok(session) => {
                    let execute = work.execute(self.driver, &mut at);
                    let done = lookout.over(session, &mut attempts.seen, execute).await;
                    end(self.driver, done).await
                }
                Err(failure) => Err(failure.into()),
            };
            let Err(trouble) = tried else { return Ok(()) };
            let statement = statements.get(at).map_or("", String::as_str);
            self.recover(trouble, place, statement, &mut attempts)
                .await?;
        }
    }
}

/// What one transaction does.
struct Work<'a> {
    store: &'a dyn Store,
    lease: &'a Lease,
    place: &'a Place,
    statements: &'a [String],
    way: Way,
}

impl Work<'_> {
    /// The statements and the record. `at` says which statement is being executed.
    async fn execute(&self, driver: &mut dyn Driver, at: &mut usize) -> Result<(), Trouble> {
        let recorded = self
            .store
            .step(driver, self.place)
            .await?
            .map(|record| record.state);
        let was_committed = match self.way {
            Way::Forth => recorded == Some(StepState::Done),
            Way::Back => recorded.is_none(),
        };
        if was_committed {
            // By a try whose answer was lost.
            return Ok(());
        }
        if self.way == Way::Back {
            // Waits for the batches under way, and keeps workers from beginning another.
            self.store.drop_ranges(driver, self.place).await?;
        }
        for statement in self.statements {
            driver.execute(statement, &[]).await?;
            *at += 1;
        }
        self.record(driver, StepState::Done).await
    }

    async fn record(&self, driver: &mut dyn Driver, state: StepState) -> Result<(), Trouble> {
        let Place {
            migration,
            phase,
            step,
        } = self.place;
        let action = match (self.way, state) {
            (Way::Back, _) => {
                self.store.unmark(driver, self.place).await?;
                "step-reverted"
            }
            (Way::Forth, state) => {
                self.store.mark(driver, self.place, state, None, 0).await?;
                if state == StepState::Done {
                    "step"
                } else {
                    "step-begun"
                }
            }
        };
        self.store
            .audit(
                driver,
                action,
                migration,
                Some(phase.name()),
                Some(step),
                None,
            )
            .await?;
        self.lease.fence(driver).await
    }
}

fn find<'a>(recorded: &'a [StepRecord], phase: Phase, step: &Step) -> Option<&'a StepRecord> {
    recorded
        .iter()
        .find(|record| record.phase == phase && record.step == step.id)
}

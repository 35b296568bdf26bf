//! One step, done or undone: its statements and its record are one transaction where the
//! database allows it; where not, the record says first what is about to happen.

use std::time::Duration;

use colmig_schema::Phase;
use colmig_schema::script::{Run, Step};
use tokio::time::Instant;

use super::driver::{Driver, Failure, IndexState, Obstruction, end};
use super::error::{Place, millis};
use super::event::Event;
use super::load::Migration;
use super::lock::Lease;
use super::retry::{Attempts, Look};
use super::session::{Halt, Session};
use super::store::{StepRecord, StepState, Store, Trouble};

/// What a step has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    pub(super) rows: u64,
    pub(super) statements: u64,
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
        let place = Place { migration: migration.id().to_owned(), phase, step: step.id.clone() };
        let Place { migration, step: id, .. } = place.clone();
        self.watch.emit(Event::StepStarted { migration: migration.clone(), phase, step: id.clone() });
        let began = Instant::now();
        let cost = match &step.run {
            Run::Transaction(statements) => {
                self.transaction(&place, step, statements, Way::Forth).await?;
                Cost { rows: 0, statements: statements.len() as u64 }
            }
            Run::Alone { cleanup, statement } => self.build(&place, cleanup, statement).await?,
            Run::Backfill(backfill) => self.backfill(&place, backfill).await?,
        };
        let elapsed_ms = millis(began.elapsed());
        let Cost { rows, statements } = cost;
        self.watch.emit(Event::StepDone { migration, phase, step: id, rows, statements, elapsed_ms });
        Ok(())
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
        let place = Place { migration: migration.id().to_owned(), phase, step: step.id.clone() };
        let began = Instant::now();
        let in_transaction: &[String] = match &step.run {
            Run::Alone { .. } => {
                for statement in &step.revert {
                    self.alone(&place, statement).await?;
                }
                &[]
            }
            _ => &step.revert,
        };
        self.transaction(&place, step, in_transaction, Way::Back).await?;
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
        let lock = if patient { self.settings.alone_timeout } else { self.settings.lock_timeout };
        let mut attempts = Attempts::new(self.settings);
        loop {
            let work = Work { store: self.store, lease: &self.lease, place, statements, way };
            let mut at = 0;
            let waits = attempts.waits(lock);
            let found = report(self.watch, place, patient);
            let look = Look::before(lock, &found);
            let tried = match self.driver.begin(&waits).await {
                Ok(session) => {
                    let body = work.execute(self.driver, &mut at);
                    let result =
                        Session::watched(body, self.side.as_mut(), session, look, &mut attempts.seen).await;
                    end(self.driver, result).await
                }
                Err(failure) => Err(failure.into()),
            };
            let Err(trouble) = tried else { return Ok(()) };
            let statement = statements.get(at).map_or("", String::as_str);
            self.recover(trouble, place, statement, &mut attempts).await?;
        }
    }

    /// One statement outside of a transaction, tried until its lock is to be had.
    async fn alone(&mut self, place: &Place, statement: &str) -> Result<(), Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self.try_alone(place, statement, &mut attempts.seen).await {
                Ok(()) => return Ok(()),
                Err(failure) => self.recover(failure.into(), place, statement, &mut attempts).await?,
            }
        }
    }

    async fn try_alone(
        &mut self,
        place: &Place,
        statement: &str,
        seen: &mut Obstruction,
    ) -> Result<(), Failure> {
        let patience = self.settings.alone_timeout;
        let session = self.driver.begin_alone(patience).await?;
        let found = report(self.watch, place, true);
        let body = self.driver.execute(statement, &[]);
        Session::watched(body, self.side.as_mut(), session, Look::before(patience, &found), seen).await?;
        Ok(())
    }

    /// Builds what no transaction may hold, and leaves nothing behind that is half built.
    async fn build(&mut self, place: &Place, cleanup: &[String], statement: &str) -> Result<Cost, Halt> {
        let mut attempts = Attempts::new(self.settings);
        let mut cost = Cost::default();
        loop {
            match self.try_build(place, cleanup, statement, &mut attempts, &mut cost).await {
                Ok(()) => return Ok(cost),
                Err(trouble) => self.recover(trouble, place, statement, &mut attempts).await?,
            }
        }
    }

    async fn try_build(
        &mut self,
        place: &Place,
        cleanup: &[String],
        statement: &str,
        attempts: &mut Attempts,
        cost: &mut Cost,
    ) -> Result<(), Trouble> {
        let record = self.store.step(self.driver, place).await?;
        match (self.built(cleanup).await?, &record) {
            (_, Some(record)) if record.state == StepState::Done => return Ok(()),
            // The statement succeeded, and its answer was lost.
            (IndexState::Valid, Some(_)) => return self.mark(place, StepState::Done, attempts).await,
            // It was there before us, so it is not ours to drop.
            (IndexState::Valid, None) => {
                return Err(Failure::Refused {
                    message: "an index of that name is there already".to_owned(),
                    hint: Some("rename it or drop it; the migration brings its own".to_owned()),
                    exists: true,
                }
                .into());
            }
            // No query uses it, and every write pays for it.
            (IndexState::Invalid, _) => self.clean_up(place, cleanup, attempts, cost).await?,
            (IndexState::Missing, _) => {}
        }
        self.mark(place, StepState::Intent, attempts).await?;
        cost.statements += 1;
        if let Err(failure) = self.try_alone(place, statement, &mut attempts.seen).await {
            if !matches!(failure, Failure::Lost(_)) {
                // An index that is half built may refuse writes already. The first
                // failure is the one to report; what this one leaves, the next try finds.
                let _ = self.clean_up(place, cleanup, attempts, cost).await;
            }
            return Err(failure.into());
        }
        match self.built(cleanup).await? {
            IndexState::Invalid => Err(Failure::Again("the index came out invalid".to_owned()).into()),
            IndexState::Valid | IndexState::Missing => self.mark(place, StepState::Done, attempts).await,
        }
    }

    async fn built(&mut self, cleanup: &[String]) -> Result<IndexState, Failure> {
        match cleanup.first() {
            Some(drop) => self.driver.index(drop).await,
            None => Ok(IndexState::Missing),
        }
    }

    /// Removes what a failed try left behind, and the record that it was begun.
    async fn clean_up(
        &mut self,
        place: &Place,
        cleanup: &[String],
        attempts: &mut Attempts,
        cost: &mut Cost,
    ) -> Result<(), Trouble> {
        for statement in cleanup {
            cost.statements += 1;
            self.try_alone(place, statement, &mut attempts.seen).await?;
        }
        self.driver.begin(&attempts.waits(self.settings.lock_timeout)).await?;
        let unmarked = match self.store.unmark(self.driver, place).await {
            Ok(()) => self.lease.fence(self.driver).await,
            Err(failure) => Err(failure.into()),
        };
        end(self.driver, unmarked).await
    }

    async fn mark(&mut self, place: &Place, state: StepState, attempts: &Attempts) -> Result<(), Trouble> {
        self.driver.begin(&attempts.waits(self.settings.lock_timeout)).await?;
        let work = Work { store: self.store, lease: &self.lease, place, statements: &[], way: Way::Forth };
        let marked = work.record(self.driver, state).await;
        end(self.driver, marked).await
    }
}

/// What one transaction does.
struct Work<'a> {
    store: &'a Store,
    lease: &'a Lease,
    place: &'a Place,
    statements: &'a [String],
    way: Way,
}

impl Work<'_> {
    /// The statements and the record. `at` says which statement is being executed.
    async fn execute(&self, driver: &mut dyn Driver, at: &mut usize) -> Result<(), Trouble> {
        let recorded = self.store.step(driver, self.place).await?.map(|record| record.state);
        let was_committed = match self.way {
            Way::Forth => recorded == Some(StepState::Done),
            Way::Back => recorded.is_none(),
        };
        if was_committed {
            // By a try whose answer was lost.
            return Ok(());
        }
        for statement in self.statements {
            driver.execute(statement, &[]).await?;
            *at += 1;
        }
        self.record(driver, StepState::Done).await
    }

    async fn record(&self, driver: &mut dyn Driver, state: StepState) -> Result<(), Trouble> {
        let Place { migration, phase, step } = self.place;
        let action = match (self.way, state) {
            (Way::Back, _) => {
                self.store.unmark(driver, self.place).await?;
                "step-reverted"
            }
            (Way::Forth, state) => {
                self.store.mark(driver, self.place, state, None, 0).await?;
                if state == StepState::Done { "step" } else { "step-begun" }
            }
        };
        self.store.audit(driver, action, migration, Some(phase.name()), Some(step), None).await?;
        self.lease.fence(driver).await
    }
}

fn find<'a>(recorded: &'a [StepRecord], phase: Phase, step: &Step) -> Option<&'a StepRecord> {
    recorded.iter().find(|record| record.phase == phase && record.step == step.id)
}

/// Tells of what a patient statement waits for. An impatient one is told of when it has
/// timed out.
fn report<'a>(
    watch: &'a super::watch::Watch,
    place: &'a Place,
    patient: bool,
) -> impl Fn(&Obstruction, Duration) + Send + Sync + 'a {
    move |found, waited| {
        if patient {
            watch.emit(Event::LockWaiting {
                migration: place.migration.clone(),
                phase: place.phase,
                step: place.step.clone(),
                waited_ms: millis(waited),
                blockers: found.blockers.clone(),
            });
        }
    }
}

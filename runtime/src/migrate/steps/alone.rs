//! Statements that no transaction may hold: what is about to happen is written down first,
//! and nothing is left behind that is half built.

use super::{Cost, Way, Work};
use crate::migrate::driver::{Failure, IndexState, Instead, Obstruction, Waits, end};
use crate::migrate::error::Place;
use crate::migrate::lookout::Lookout;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::store::{StepState, Trouble};

impl Session<'_> {
    /// One statement outside of a transaction, tried until its lock is to be had.
    pub(super) async fn alone(&mut self, place: &Place, statement: &str) -> Result<(), Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self
                .try_alone_as_owner(place, statement, &mut attempts)
                .await
            {
                Ok(()) => return Ok(()),
                Err(trouble) => {
                    self.recover(trouble, place, statement, &mut attempts)
                        .await?
                }
            }
        }
    }

    /// The same, right after the lease was seen to be ours: the statement itself cannot
    /// be fenced, and would drop what another run has built meanwhile.
    async fn try_alone_as_owner(
        &mut self,
        place: &Place,
        statement: &str,
        attempts: &mut Attempts,
    ) -> Result<(), Trouble> {
        self.driver
            .begin(&attempts.waits(self.settings.lock_timeout))
            .await?;
        let fenced = self.lease.fence(self.driver).await;
        end(self.driver, fenced).await?;
        self.try_alone(place, statement, &mut attempts.seen).await?;
        Ok(())
    }

    /// What stands in for it, where the table has partitions. What is done by then stays done:
    /// the next try goes on behind it.
    async fn try_alone(
        &mut self,
        place: &Place,
        statement: &str,
        seen: &mut Obstruction,
    ) -> Result<(), Failure> {
        let Some(statements) = self.driver.by_partitions(statement).await? else {
            return self.try_one_alone(place, statement, seen).await;
        };
        for statement in statements {
            match statement {
                Instead::Alone(statement) => self.try_one_alone(place, &statement, seen).await?,
                Instead::Short(statement) => self.try_short(place, &statement, seen).await?,
            }
        }
        Ok(())
    }

    async fn try_short(
        &mut self,
        place: &Place,
        statement: &str,
        seen: &mut Obstruction,
    ) -> Result<(), Failure> {
        let lock = self.settings.lock_timeout;
        let session = self.driver.begin(&Waits::of(lock)).await?;
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock,
            patient: false,
        };
        let execute = self.driver.execute(statement, &[]);
        let done = lookout.over(session, seen, execute).await;
        end(self.driver, done.map(drop)).await
    }

    async fn try_one_alone(
        &mut self,
        place: &Place,
        statement: &str,
        seen: &mut Obstruction,
    ) -> Result<(), Failure> {
        let patience = self.settings.alone_timeout;
        let session = self.driver.begin_alone(patience).await?;
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock: patience,
            patient: true,
        };
        let execute = self.driver.execute(statement, &[]);
        lookout.over(session, seen, execute).await?;
        Ok(())
    }

    /// Builds what no transaction may hold, and leaves nothing behind that is half built.
    pub(super) async fn build(
        &mut self,
        place: &Place,
        cleanup: &[String],
        statement: &str,
    ) -> Result<Cost, Halt> {
        let mut attempts = Attempts::new(self.settings);
        let mut cost = Cost::default();
        loop {
            match self
                .try_build(place, cleanup, statement, &mut attempts, &mut cost)
                .await
            {
                Ok(()) => return Ok(cost),
                Err(trouble) => {
                    self.recover(trouble, place, statement, &mut attempts)
                        .await?
                }
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
            (IndexState::Valid, Some(_)) => {
                return self.mark(place, StepState::Done, attempts).await;
            }
            // It was there before us, so it is not ours to drop.
            (IndexState::Valid | IndexState::Partial, None) => {
                return Err(Failure::Refused {
                    message: "an index of that name is there already".to_owned(),
                    hint: Some("rename it or drop it; the migration brings its own".to_owned()),
                    exists: true,
                }
                .into());
            }
            // No query uses it, and every write pays for it.
            (IndexState::Invalid, _) => self.clean_up(place, cleanup, attempts, cost).await?,
            // Begun by us; what is there already is not built again.
            (IndexState::Partial, Some(_)) | (IndexState::Missing, _) => {}
        }
        self.mark(place, StepState::Intent, attempts).await?;
        cost.statements += 1;
        if let Err(failure) = self.try_alone(place, statement, &mut attempts.seen).await {
            let keeps = matches!(failure, Failure::LockTimeout(_) | Failure::Again(_))
                && matches!(self.built(cleanup).await, Ok(IndexState::Partial));
            if !keeps && !matches!(failure, Failure::Lost(_)) {
                // An index that is half built may refuse writes already. The first
                // failure is the one to report; what this one leaves, the next try finds.
                let _ = self.clean_up(place, cleanup, attempts, cost).await;
            }
            return Err(failure.into());
        }
        match self.built(cleanup).await? {
            IndexState::Invalid | IndexState::Partial => {
                Err(Failure::Again("the index came out invalid".to_owned()).into())
            }
            IndexState::Valid | IndexState::Missing => {
                self.mark(place, StepState::Done, attempts).await
            }
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
            self.try_alone_as_owner(place, statement, attempts).await?;
        }
        self.driver
            .begin(&attempts.waits(self.settings.lock_timeout))
            .await?;
        let unmarked = match self.store.unmark(self.driver, place).await {
            Ok(()) => self.lease.fence(self.driver).await,
            Err(failure) => Err(failure.into()),
        };
        end(self.driver, unmarked).await
    }

    async fn mark(
        &mut self,
        place: &Place,
        state: StepState,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        self.driver
            .begin(&attempts.waits(self.settings.lock_timeout))
            .await?;
        let work = Work {
            store: self.store,
            lease: &self.lease,
            place,
            statements: &[],
            way: Way::Forth,
        };
        let marked = work.record(self.driver, state).await;
        end(self.driver, marked).await
    }
}

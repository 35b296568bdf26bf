//! Statements each of which commits by itself: where a database has no transactions for what
//! changes a table, the record says ahead of each what is about to happen, and behind it that it
//! has. What a crash leaves in doubt is one statement, which is written so that it can be repeated.

use colmig_schema::script::Step;

use super::{Cost, Way, Work};
use crate::migrate::driver::{Failure, end};
use crate::migrate::error::Place;
use crate::migrate::lookout::Lookout;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::store::{StepRecord, StepState, Trouble};

/// How far a step is: the number of its statements that are done, by way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Headway {
    way: Way,
    done: usize,
}

impl Headway {
    fn read(record: &StepRecord) -> Option<Headway> {
        let (way, done) = record.cursor.as_deref()?.split_once(' ')?;
        Some(Headway {
            way: match way {
                "forth" => Way::Forth,
                "back" => Way::Back,
                _ => return None,
            },
            done: done.parse().ok()?,
        })
    }

    fn written(self) -> String {
        let way = match self.way {
            Way::Forth => "forth",
            Way::Back => "back",
        };
        format!("{way} {}", self.done)
    }
}

impl Session<'_> {
    /// All statements of a step, from where the record says.
    pub(super) async fn one_by_one(
        &mut self,
        place: &Place,
        step: &Step,
        way: Way,
        statements: &[String],
    ) -> Result<Cost, Halt> {
        let mut attempts = Attempts::new(self.settings);
        let mut cost = Cost::default();
        let mut at = 0;
        loop {
            let tried = self
                .try_next(place, way, statements, &mut at, &mut attempts)
                .await;
            match tried {
                Ok(true) => return Ok(cost),
                Ok(false) => {
                    cost.statements += 1;
                    attempts = Attempts::new(self.settings);
                }
                Err(trouble) => {
                    let statement = statements.get(at).unwrap_or(&step.id);
                    self.recover(trouble, place, statement, &mut attempts)
                        .await?;
                }
            }
        }
    }

    /// The next statement; whether there was none. `at` says which it is.
    async fn try_next(
        &mut self,
        place: &Place,
        way: Way,
        statements: &[String],
        at: &mut usize,
        attempts: &mut Attempts,
    ) -> Result<bool, Trouble> {
        let record = self.store.step(self.driver, place).await?;
        match (way, &record) {
            (Way::Forth, Some(record)) if record.state == StepState::Done => return Ok(true),
            (Way::Back, None) => return Ok(true),
            _ => {}
        }
        let headway = record.as_ref().and_then(Headway::read);
        let headway = headway.filter(|headway| headway.way == way);
        *at = headway.map_or(0, |headway| headway.done);
        let Some(statement) = statements.get(*at) else {
            return self.finish(place, way, attempts).await.map(|()| true);
        };
        if is_transactional(statement) {
            self.with_record(place, way, *at, Some(statement), attempts)
                .await?;
            return Ok(false);
        }
        // Before every try: the lease may have been lost while the last one waited.
        self.write_headway(place, Headway { way, done: *at }, attempts)
            .await?;
        self.try_apart(place, statement, attempts).await?;
        self.with_record(place, way, *at, None, attempts).await?;
        Ok(false)
    }

    /// A statement that commits by itself, right after the lease was seen to be ours.
    async fn try_apart(
        &mut self,
        place: &Place,
        statement: &str,
        attempts: &mut Attempts,
    ) -> Result<(), Failure> {
        let lock = self.settings.lock_timeout;
        let session = self.driver.begin_alone(lock).await?;
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock,
            // What is broken off has changed nothing, and can be repeated.
            patient: true,
        };
        let execute = self.driver.execute(statement, &[]);
        lookout.over(session, &mut attempts.seen, execute).await?;
        Ok(())
    }

    /// Writes down that one more statement is done, with the statement itself if a transaction
    /// can hold it.
    async fn with_record(
        &mut self,
        place: &Place,
        way: Way,
        at: usize,
        statement: Option<&str>,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let headway = Headway { way, done: at + 1 };
        let done = async {
            if let Some(statement) = statement {
                self.driver.execute(statement, &[]).await?;
            }
            self.note(place, headway).await
        };
        let done = done.await;
        end(self.driver, done).await
    }

    async fn write_headway(
        &mut self,
        place: &Place,
        headway: Headway,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let noted = async {
            if headway.way == Way::Back {
                // Waits for the batches under way, and keeps workers from beginning another.
                self.store.drop_ranges(self.driver, place).await?;
            }
            self.note(place, headway).await
        };
        let noted = noted.await;
        end(self.driver, noted).await
    }

    async fn note(&mut self, place: &Place, headway: Headway) -> Result<(), Trouble> {
        let cursor = headway.written();
        let (store, intent) = (self.store, StepState::Intent);
        store
            .mark(self.driver, place, intent, Some(&cursor), 0)
            .await?;
        self.lease.fence(self.driver).await
    }

    /// Records that the step is done, or undone.
    async fn finish(
        &mut self,
        place: &Place,
        way: Way,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let work = Work {
            store: self.store,
            lease: &self.lease,
            place,
            statements: &[],
            way,
        };
        let done = work.execute(self.driver, &mut 0).await;
        end(self.driver, done).await
    }
}

/// Whether a transaction can hold it: it changes rows, and no table.
fn is_transactional(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default();
    ["insert", "update", "delete", "replace"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_on_rows_are_told_from_those_on_tables() {
        assert!(is_transactional("INSERT INTO colmig_saved\nSELECT 1"));
        assert!(is_transactional("delete from t"));
        assert!(!is_transactional("ALTER TABLE `update` DROP COLUMN `a`"));
        assert!(!is_transactional("SET STATEMENT x = 0 FOR\nALTER TABLE t"));
    }

    #[test]
    fn headway_reads_back() {
        for headway in [
            Headway {
                way: Way::Forth,
                done: 0,
            },
            Headway {
                way: Way::Back,
                done: 12,
            },
        ] {
            let record = StepRecord {
                phase: colmig_schema::Phase::Expand,
                step: "a".to_owned(),
                state: StepState::Intent,
                cursor: Some(headway.written()),
                rows: 0,
                attempts: 1,
                updated: String::new(),
            };
            assert_eq!(Headway::read(&record), Some(headway));
        }
    }
}

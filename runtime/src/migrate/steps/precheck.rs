//! Looks for the rows that a constraint would refuse, before it is tried: counts them, and
//! names some. As long as there are any the migration is held, and nothing is in anybody's way.
//!
//! Rows may go wrong between the search and the constraint. What then refuses the constraint is
//! found by the same search, which from then on comes before each further try.

use std::time::Duration;

use colmig_schema::Phase;
use colmig_schema::precheck::{Looks, Precheck};
use colmig_schema::script::{Run, Step};
use tokio::time::Instant;

use super::Cost;
use crate::migrate::driver::{Driver, Failure, Row, Value, end};
use crate::migrate::error::{Place, millis};
use crate::migrate::event::Event;
use crate::migrate::load::Migration;
use crate::migrate::lookout::Lookout;
use crate::migrate::resisting::Resisting;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::store::{StepState, Trouble};

/// How many keys are named.
const NAMED_KEYS: u64 = 20;

/// How long one read in which rows are held against each other may take. What cannot be said
/// by then is left to the build of the index, which takes about twice as long.
const READ_AT_MOST: Duration = Duration::from_secs(30 * 60);

/// What a search came to.
enum Looked {
    /// So many rows were looked at, where they were counted, in so many statements.
    Clean { rows: u64, statements: u64 },
    /// These resist.
    Resisting(Resisting),
    /// The read was broken off.
    BrokenOff(Duration),
}

impl Session<'_> {
    /// The step. It is done once no row resists.
    pub(super) async fn check_rows(
        &mut self,
        place: &Place,
        check: &Precheck,
    ) -> Result<Cost, Halt> {
        let looked = self.look_for(place, check).await?;
        self.settle_rows(place, check, looked, place.phase).await
    }

    /// Before the steps of a phase that brings constraints: the searches that found something when
    /// one was tried. It is not tried again as long as they find something.
    pub(in crate::migrate) async fn check_rows_again(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        let searches = searches(migration);
        if searches.is_empty() {
            return Ok(());
        }
        let recorded = self.recorded(migration, phase).await?;
        for (place, check) in searches {
            let found_some = recorded.iter().any(|record| {
                record.phase == place.phase
                    && record.step == place.step
                    && record.state == StepState::Intent
            });
            if found_some {
                let looked = self.look_for(&place, check).await?;
                self.settle_rows(&place, check, looked, phase).await?;
            }
        }
        Ok(())
    }

    /// Why a step that brings a constraint met rows that it refuses: all of them, as the search
    /// before it would have said. What the step said itself where there is no such search, or it
    /// finds nothing.
    pub(super) async fn explain(
        &mut self,
        migration: &Migration,
        phase: Phase,
        step: &Step,
        refused: Halt,
    ) -> Halt {
        let searches = searches(migration).into_iter();
        let of_step = searches.filter(|(_, check)| check.is_for(&step.id));
        // Of two names of which one ends with the other, the longer is meant.
        let Some((place, check)) = of_step.max_by_key(|(_, check)| check.constraint.len()) else {
            return refused;
        };
        match self.look_for(&place, check).await {
            Ok(looked @ Looked::Resisting(_)) => {
                let held = self.settle_rows(&place, check, looked, phase);
                held.await.err().unwrap_or(refused)
            }
            // They are gone again, or it took too long.
            Ok(Looked::Clean { .. } | Looked::BrokenOff(_)) => refused,
            Err(halt) => halt,
        }
    }

    /// Records what a search came to, and holds the migration in `phase` if rows resist.
    async fn settle_rows(
        &mut self,
        place: &Place,
        check: &Precheck,
        looked: Looked,
        phase: Phase,
    ) -> Result<Cost, Halt> {
        let (state, cursor, said, cost) = match &looked {
            Looked::Clean { rows, statements } => {
                let cost = Cost {
                    rows: *rows,
                    statements: *statements,
                    logged: None,
                };
                let row = self.driver.dialect().database.nouns().row;
                (StepState::Done, None, format!("no {row} resists"), cost)
            }
            Looked::BrokenOff(after) => {
                self.watch.emit(Event::RowsUnchecked {
                    migration: place.migration.clone(),
                    step: place.step.clone(),
                    table: check.table.clone(),
                    constraint: check.constraint.clone(),
                    elapsed_ms: millis(*after),
                });
                let said = "the read was broken off".to_owned();
                (StepState::Done, None, said, Cost::default())
            }
            Looked::Resisting(found) => {
                let cursor = serde_json::to_string(found).ok();
                let nouns = self.driver.dialect().database.nouns();
                let said = format!("{} resist", nouns.counted(found.rows));
                (StepState::Intent, cursor, said, Cost::default())
            }
        };
        let mut attempts = Attempts::new(self.settings);
        loop {
            let recorded = self
                .record_looked(place, state, cursor.as_deref(), cost, &said, &attempts)
                .await;
            match recorded {
                Ok(()) => break,
                Err(trouble) => {
                    let sql = "INSERT INTO colmig_step ...";
                    self.recover(trouble, place, sql, &mut attempts).await?;
                }
            }
        }
        let Looked::Resisting(found) = looked else {
            return Ok(cost);
        };
        let gate = format!("{found}: {}, and `{}` goes on", found.remedy(), self.resume);
        self.watch.emit(Event::RowsResist {
            migration: place.migration.clone(),
            phase,
            step: place.step.clone(),
            found,
        });
        Err(Halt::Held {
            migration: place.migration.clone(),
            phase,
            gate,
        })
    }

    async fn record_looked(
        &mut self,
        place: &Place,
        state: StepState,
        cursor: Option<&str>,
        cost: Cost,
        said: &str,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let recorded = async {
            let driver = &mut *self.driver;
            self.store
                .mark(driver, place, state, cursor, cost.rows)
                .await?;
            let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
            self.store
                .audit(
                    driver,
                    "rows-checked",
                    &place.migration,
                    phase,
                    step,
                    Some(said),
                )
                .await?;
            self.lease.fence(driver).await
        };
        let recorded = recorded.await;
        end(self.driver, recorded).await
    }

    async fn look_for(&mut self, place: &Place, check: &Precheck) -> Result<Looked, Halt> {
        let database = self.driver.dialect().database;
        let (count, resisting) = match &check.looks {
            Looks::Whole { count, resisting } => (count, resisting),
            Looks::Ranges(ranges) => {
                let search = check.search(ranges);
                let pass = self.check_in_ranges(place, search, NAMED_KEYS).await?;
                return Ok(match pass.differing {
                    0 => Looked::Clean {
                        rows: pass.rows,
                        statements: pass.chunks,
                    },
                    rows => Looked::Resisting(Resisting::new(database, check, rows, pass.keys)),
                });
            }
        };
        let mut attempts = Attempts::new(self.settings);
        loop {
            self.check().await?;
            let began = Instant::now();
            match self
                .read_all(place, [count, resisting], &mut attempts)
                .await
            {
                Ok((0, _)) => {
                    return Ok(Looked::Clean {
                        rows: 0,
                        statements: 1,
                    });
                }
                Ok((rows, keys)) => {
                    return Ok(Looked::Resisting(Resisting::new(
                        database, check, rows, keys,
                    )));
                }
                // By its time-out, or by somebody who had a reason.
                Err(Failure::Cancelled(_)) if !self.watch.stop.is_requested() => {
                    return Ok(Looked::BrokenOff(began.elapsed()));
                }
                Err(failure) => {
                    self.recover(failure.into(), place, count, &mut attempts)
                        .await?;
                }
            }
        }
    }

    /// How many rows share their values with others, and some of their keys, all in one state
    /// of the table.
    async fn read_all(
        &mut self,
        place: &Place,
        [count, resisting]: [&str; 2],
        attempts: &mut Attempts,
    ) -> Result<(u64, Vec<Row>), Failure> {
        let lock = self.settings.lock_timeout;
        let waits = attempts.waits(lock);
        let stop = &self.watch.stop;
        let session = self.driver.begin_read(&waits, READ_AT_MOST, stop).await?;
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock,
            // A reader queues nobody up once it reads, and may be cancelled at any time.
            patient: true,
        };
        let driver = &mut *self.driver;
        let read = lookout
            .over(
                session,
                &mut attempts.seen,
                grouped(driver, count, resisting),
            )
            .await;
        end(self.driver, read).await
    }
}

async fn grouped(
    driver: &mut dyn Driver,
    count: &str,
    resisting: &str,
) -> Result<(u64, Vec<Row>), Failure> {
    let counted = driver.query(count, &[]).await?;
    let rows = match counted.first().map(Vec::as_slice) {
        Some([Value::Int(rows)]) => rows.max(&0).unsigned_abs(),
        // Of no documents MongoDB makes no group, and so no number.
        None => 0,
        other => {
            return Err(Failure::refused(format!(
                "the search for rows gave {other:?}, and not one number"
            )));
        }
    };
    let keys = match rows {
        0 => Vec::new(),
        _ => driver.query(resisting, &[NAMED_KEYS.into()]).await?,
    };
    Ok((rows, keys))
}

/// The searches of a migration, with the places at which they stand.
fn searches(migration: &Migration) -> Vec<(Place, &Precheck)> {
    let steps = migration.steps(Phase::Backfill).iter();
    let found = steps.filter_map(|step| match &step.run {
        Run::CheckRows(check) => {
            let place = Place {
                migration: migration.id().to_owned(),
                phase: Phase::Backfill,
                step: step.id.clone(),
            };
            Some((place, &**check))
        }
        _ => None,
    });
    found.collect()
}

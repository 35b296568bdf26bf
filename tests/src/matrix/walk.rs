//! One change on one table, from its first step to the end of contract.

use std::time::Duration;

use colmig::migrate::{Goal, Migration, Migrator, Outcome, Settings, Switching, Watch};
use colmig::{Phase, Progress, Reads};

use super::changes::Models;
use super::kinds::{Made, Statements};
use super::live::Live;
use super::plans::Plans;
use super::{Cell, Expected, Failed, failed};

const PREPARE: &str = "20260101000000_prepare";
const CHANGE: &str = "20260102000000_change";

/// What the rows that a build wrote meanwhile are called by.
const MEANWHILE: u64 = 9;

/// A database, and the ways in.
#[derive(Debug)]
pub struct Place {
    /// The URL of somebody who may do everything.
    pub url: String,
    /// The URL of whom the migrations run as, who owns the tables.
    pub owner: String,
}

impl Cell {
    /// Rolls the change out, takes it back just before contract, rolls it out again and
    /// contracts, on a database that is empty; or sees that it is held or refused as is said.
    ///
    /// # Errors
    /// What went another way.
    pub async fn walk(&self, place: &Place) -> Result<(), Failed> {
        let Made::By(made) = self.kind.made(self.database) else {
            return Ok(());
        };
        let (before, after) = self.models();
        let mut plans = Plans::of(self.database, &self.base())?;
        self.create(made, place).await?;
        let migrator = Migrator::connect(&place.owner, settings()).await;
        let mut walk = Walk {
            cell: self,
            made,
            owner: Live::connect(self.database, &place.owner).await?,
            migrator: migrator.map_err(failed("connect"))?,
        };
        if before != self.base() {
            if matches!(self.expected, Expected::Refused(_)) {
                // What cannot be changed need not have come about by a change.
                plans = Plans::of(self.database, &before)?;
            } else {
                plans.add(PREPARE, &before)?;
                walk.run(&plans).await?.expect_done()?;
                if !walk.is_finished(&plans.load()?).await? {
                    walk.contract(&plans, PREPARE).await?.expect_done()?;
                }
            }
        }
        if let Expected::Refused(says) = self.expected {
            return match plans.add(CHANGE, &after) {
                Ok(()) => Err(Failed("it is not refused".to_owned())),
                Err(Failed(why)) => said(&why, says),
            };
        }
        plans.add(CHANGE, &after)?;
        walk.roll_out(&plans).await
    }

    async fn create(&self, made: Statements, place: &Place) -> Result<(), Failed> {
        let url = match self.kind.is_owned {
            true => &place.owner,
            false => &place.url,
        };
        let mut creator = Live::connect(self.database, url).await?;
        for statement in self.kind.create(made, self.kind.rows) {
            creator.sql(&statement).await?;
        }
        if !self.change.data.is_empty() {
            let data = self.change.data.replace("{table}", &self.kind.quoted());
            creator.sql(&data).await?;
        }
        Ok(())
    }

    fn base(&self) -> Models {
        let model = self.kind.model();
        Models::from([(model.table.clone(), model)])
    }

    /// The models before and after the change.
    pub(super) fn models(&self) -> (Models, Models) {
        let mut before = self.base();
        (self.change.before)(&mut before, self.kind.table);
        let mut after = before.clone();
        (self.change.change)(&mut after, self.kind.table);
        (before, after)
    }
}

struct Walk<'c> {
    cell: &'c Cell,
    made: Statements,
    owner: Live,
    migrator: Migrator,
}

impl Walk<'_> {
    async fn roll_out(&mut self, plans: &Plans) -> Result<(), Failed> {
        let held = match self.cell.expected {
            Expected::Held { phase, says, mend } => Some((phase, says, mend)),
            _ => None,
        };
        let untouched = self.owner.schema().await?;
        let outcome = self.run(plans).await?;
        match held {
            Some((phase, says, _)) if phase != Phase::Contract => {
                outcome.expect_held(phase, says)?
            }
            _ => outcome.expect_done()?,
        }
        self.write_as_before().await?;
        if let Some((phase, _, "")) = held {
            // It is another migration that goes on.
            return match self.owner.schema().await? == untouched {
                true => Ok(()),
                false => Err(Failed(format!(
                    "held at {phase}, and the schema is another"
                ))),
            };
        }
        let migrations = plans.load()?;
        if self.is_finished(&migrations).await? {
            return self.is_right().await;
        }
        let watch = Watch::default();
        let aborted = self.migrator.abort(&migrations, CHANGE, &watch).await;
        Ended(aborted.map_err(failed("abort"))?).expect_done()?;
        let back = self.owner.schema().await?;
        if back != untouched {
            return Err(Failed(format!(
                "abort left another schema:\n{untouched:#?}\n{back:#?}"
            )));
        }

        if let Some((phase, _, mend)) = held
            && phase != Phase::Contract
        {
            let _ = self.run(plans).await?;
            self.mend(mend).await?;
        }
        self.run(plans).await?.expect_done()?;
        self.write_as_before().await?;
        let outcome = self.contract(plans, CHANGE).await?;
        if let Some((Phase::Contract, says, mend)) = held {
            outcome.expect_held(Phase::Contract, says)?;
            self.write_as_before().await?;
            self.mend(mend).await?;
            self.contract(plans, CHANGE).await?.expect_done()?;
        } else {
            outcome.expect_done()?;
        }
        self.is_right().await
    }

    /// Whether the newest migration has nothing left to do.
    async fn is_finished(&mut self, migrations: &[Migration]) -> Result<bool, Failed> {
        let status = self.migrator.status(migrations).await;
        let status = status.map_err(failed("status"))?;
        let newest = status.migrations.last();
        Ok(newest.is_some_and(|newest| newest.progress == Progress::Finished))
    }

    async fn mend(&mut self, mend: &str) -> Result<(), Failed> {
        let mend = mend.replace("{table}", &self.cell.kind.quoted());
        self.owner.sql(&mend).await
    }

    async fn run(&mut self, plans: &Plans) -> Result<Ended, Failed> {
        let goal = Goal {
            again: true,
            until: Phase::SwitchReads,
            ..Goal::default()
        };
        let migrations = plans.load()?;
        let watch = Watch::default();
        let ended = self.migrator.run(&migrations, &goal, &watch).await;
        Ok(Ended(ended.map_err(failed("run"))?))
    }

    async fn contract(&mut self, plans: &Plans, id: &str) -> Result<Ended, Failed> {
        let migrations: Vec<Migration> = plans.load()?;
        let watch = Watch::default();
        let switching = Switching::to(Reads::Target);
        // Where nothing is replaced there is nothing to switch, and contract knows.
        let _ = self
            .migrator
            .switch(&migrations, id, switching, &watch)
            .await;
        let contract = self.migrator.contract(&migrations, id, &watch);
        Ok(Ended(contract.await.map_err(failed("contract"))?))
    }

    /// A build that knows nothing of the change inserts, updates, reads and deletes.
    async fn write_as_before(&mut self) -> Result<(), Failed> {
        let Cell { kind, .. } = self.cell;
        let number = kind.rows + MEANWHILE;
        let table = kind.quoted();
        let of_it = format!("email = 'mail{number}'");
        self.owner
            .sql(&kind.insert(self.made, number, number))
            .await?;
        self.owner
            .sql(&format!(
                "UPDATE {table} SET first_name = 'other' WHERE {of_it}"
            ))
            .await?;
        let found = self
            .owner
            .count(&format!("{table} WHERE first_name = 'other' AND {of_it}"))
            .await?;
        if found != 1 {
            return Err(Failed(format!("of what was written {found} is found")));
        }
        self.owner
            .sql(&format!("DELETE FROM {table} WHERE {of_it}"))
            .await
    }

    /// Every row is there, and right.
    async fn is_right(&mut self) -> Result<(), Failed> {
        let Cell { kind, change, .. } = self.cell;
        if change.becomes.is_empty() {
            return match self.owner.count(&kind.quoted()).await {
                Ok(_) => Err(Failed("the table is still there".to_owned())),
                Err(_) => Ok(()),
            };
        }
        let table = change.becomes.replace("{table}", &kind.quoted());
        for rows in [table.clone(), format!("{table} WHERE {}", change.right)] {
            let found = self.owner.count(&rows).await?;
            if found != kind.rows {
                return Err(Failed(format!("{found} of {} rows: {rows}", kind.rows)));
            }
        }
        Ok(())
    }
}

/// How a run ended.
struct Ended(Outcome);

impl Ended {
    fn expect_done(self) -> Result<(), Failed> {
        match self.0 {
            Outcome::Done => Ok(()),
            other => Err(Failed(other.to_string())),
        }
    }

    fn expect_held(self, at: Phase, says: &str) -> Result<(), Failed> {
        match self.0 {
            Outcome::Held { phase, gate, .. } if phase == at => said(&gate, says),
            other => Err(Failed(format!("not held at {at}: {other}"))),
        }
    }
}

fn said(text: &str, says: &str) -> Result<(), Failed> {
    match text.contains(says) {
        true => Ok(()),
        false => Err(Failed(format!("`{says}` is not said: {text}"))),
    }
}

/// Quick: small batches and short pauses, and no application to wait for.
fn settings() -> Settings {
    Settings {
        lock_retry: Duration::from_millis(100),
        lock_patience: Duration::from_secs(20),
        lease: Duration::from_secs(1),
        dwell: Duration::ZERO,
        batch_rows: 100,
        duty: 1.0,
        offline: true,
        ..Settings::default()
    }
}

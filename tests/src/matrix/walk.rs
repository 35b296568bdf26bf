//! One change on one table, from its first step to the end of contract.

use std::fmt;
use std::time::Duration;

use colmig::migrate::{Goal, Migrator, Outcome, Settings, Switching, Watch};
use colmig::{Phase, Progress, Reads};

use colmig_schema::model::bounded_name;

use super::changes::Models;
use super::in_rust::App;
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
        if let Expected::Refused(says) = self.expected {
            return self.is_refused(says);
        }
        let mut walk = self.begin(place, self.kind.rows, settings()).await?;
        walk.there_and_back().await
    }

    /// No migration is written, and the reason is told.
    fn is_refused(&self, says: &str) -> Result<(), Failed> {
        let (before, after) = self.models();
        // What cannot be changed need not have come about by a change.
        match Plans::of(self.database, &before)?.add(CHANGE, &after) {
            Ok(()) => Err(Failed("it is not refused".to_owned())),
            Err(Failed(why)) => said(&why, says),
        }
    }

    /// Makes the table, with so many rows and whatever has to be there before the change, and
    /// writes its migration.
    ///
    /// # Errors
    /// What went another way.
    pub async fn begin(
        &self,
        place: &Place,
        rows: u64,
        settings: Settings,
    ) -> Result<Walk<'_>, Failed> {
        let Made::By(made) = self.kind.made(self.database) else {
            return Err(Failed("there is no such table".to_owned()));
        };
        self.create(made, place, rows).await?;
        let migrator = Migrator::connect(&place.owner, settings).await;
        let mut owner = Live::connect(self.database, &place.owner).await?;
        let expected = match self.expected {
            Expected::Held {
                until: Some(until), ..
            } if owner.version().await? >= until => Expected::Works,
            expected => expected,
        };
        let mut walk = Walk {
            cell: self,
            made,
            rows,
            plans: Plans::of(self.database, &self.base())?,
            owner,
            expected,
            migrator: migrator.map_err(failed("connect"))?,
            app: None,
        };
        let (before, after) = self.models();
        if before != self.base() {
            walk.plans.add(PREPARE, &before)?;
            let watch = Watch::default();
            walk.run(&watch).await?.expect_done()?;
            if !walk.is_finished().await? {
                walk.contract(PREPARE, &watch).await?.expect_done()?;
            }
        }
        let last = self.kind.finish(self.database, made);
        if !last.is_empty() {
            walk.owner.sql(&last).await?;
        }
        walk.plans.add(CHANGE, &after)?;
        if let Some(calling) = self.change.calling {
            walk.app = Some(App::start(calling, self.kind, &place.owner, rows).await?);
        }
        Ok(walk)
    }

    async fn create(&self, made: Statements, place: &Place, rows: u64) -> Result<(), Failed> {
        let url = match self.kind.is_owned {
            true => &place.owner,
            false => &place.url,
        };
        let mut creator = Live::connect(self.database, url).await?;
        for statement in self.kind.create(self.database, made, rows) {
            creator.sql(&statement).await?;
        }
        if !self.change.data.is_empty() {
            let check = bounded_name(&format!("{}_check1", self.kind.table));
            let table = self.kind.quoted(self.database);
            let reference = bounded_name(&format!("{}_email_fkey", self.kind.table));
            let data = self.change.data.replace("{table}", &table);
            let data = data
                .replace("{text}", self.kind.text(self.database))
                .replace("{check}", &self.database.ident(&check).to_string())
                .replace("{reference}", &self.database.ident(&reference).to_string());
            creator.sql(&data).await?;
        }
        Ok(())
    }

    fn base(&self) -> Models {
        let model = self.kind.model();
        let mut models = Models::from([(model.table.clone(), model)]);
        (self.change.there)(&mut models, self.kind.table);
        models
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

/// A change on a table that is there.
pub struct Walk<'c> {
    cell: &'c Cell,
    made: Statements,
    rows: u64,
    plans: Plans,
    owner: Live,
    migrator: Migrator,
    expected: Expected,
    /// Where the application has a part.
    app: Option<App>,
}

impl fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("cell", self.cell)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Walk<'_> {
    /// From the first step to the end of contract, with what it waits for mended.
    ///
    /// # Errors
    /// What went another way.
    pub async fn straight(&mut self, watch: &Watch) -> Result<(), Failed> {
        let mut outcome = self.run(watch).await?;
        if let Expected::Held {
            phase, says, mend, ..
        } = self.expected
            && phase != Phase::Contract
        {
            outcome.expect_held(phase, says)?;
            if mend.is_empty() {
                return Ok(());
            }
            self.mend(mend).await?;
            outcome = self.run(watch).await?;
        }
        outcome.expect_done()?;
        if self.is_finished().await? {
            return self.is_right().await;
        }
        let mut outcome = self.contract(CHANGE, watch).await?;
        if let Expected::Held {
            phase, says, mend, ..
        } = self.expected
            && phase == Phase::Contract
        {
            outcome.expect_held(phase, says)?;
            self.write_as_before().await?;
            self.mend(mend).await?;
            outcome = self.contract(CHANGE, watch).await?;
        }
        outcome.expect_done()?;
        self.is_right().await
    }

    /// Rolled out, taken back just before contract, and rolled out again to the end.
    async fn there_and_back(&mut self) -> Result<(), Failed> {
        let watch = Watch::default();
        let untouched = self.owner.schema().await?;
        let outcome = self.run(&watch).await?;
        match self.expected {
            Expected::Held { phase, says, .. } if phase != Phase::Contract => {
                outcome.expect_held(phase, says)?;
            }
            _ => outcome.expect_done()?,
        }
        self.write_as_before().await?;
        if self.is_finished().await? {
            return self.is_right().await;
        }
        let migrations = self.plans.load()?;
        let aborted = self.migrator.abort(&migrations, CHANGE, &watch).await;
        Ended(aborted.map_err(failed("abort"))?).expect_done()?;
        let back = self.owner.schema().await?;
        if back != untouched {
            return Err(Failed(format!(
                "abort left another schema:\n{untouched:#?}\n{back:#?}"
            )));
        }
        self.write_as_before().await?;
        self.straight(&watch).await
    }

    /// Whether the newest migration has nothing left to do.
    async fn is_finished(&mut self) -> Result<bool, Failed> {
        let status = self.migrator.status(&self.plans.load()?).await;
        let status = status.map_err(failed("status"))?;
        let newest = status.migrations.last();
        Ok(newest.is_some_and(|newest| newest.progress == Progress::Finished))
    }

    async fn mend(&mut self, mend: &str) -> Result<(), Failed> {
        let mend = mend.replace("{table}", &self.cell.kind.quoted(self.cell.database));
        self.owner.sql(&mend).await
    }

    async fn run(&mut self, watch: &Watch) -> Result<Ended, Failed> {
        let goal = Goal {
            again: true,
            until: Phase::SwitchReads,
            ..Goal::default()
        };
        let migrations = self.plans.load()?;
        let ended = self.migrator.run(&migrations, &goal, watch).await;
        Ok(Ended(ended.map_err(failed("run"))?))
    }

    async fn contract(&mut self, id: &str, watch: &Watch) -> Result<Ended, Failed> {
        let migrations = self.plans.load()?;
        let switching = Switching::to(Reads::Target);
        // Where nothing is replaced there is nothing to switch, and contract knows.
        let _ = self
            .migrator
            .switch(&migrations, id, switching, watch)
            .await;
        let contract = self.migrator.contract(&migrations, id, watch);
        Ok(Ended(contract.await.map_err(failed("contract"))?))
    }

    /// A build that knows nothing of the change inserts, updates, reads and deletes.
    async fn write_as_before(&mut self) -> Result<(), Failed> {
        if self.app.is_some() {
            // Nobody fills in for it what only the application can make.
            return Ok(());
        }
        let Cell { kind, database, .. } = self.cell;
        let number = self.rows + MEANWHILE;
        let table = kind.quoted(*database);
        let of_it = format!("email = 'mail{number}'");
        let insert = kind.insert(*database, self.made, number, number);
        let update = format!("UPDATE {table} SET first_name = 'other' WHERE {of_it}");
        self.owner.sql(&insert).await?;
        self.owner.sql(&update).await?;
        let found = self
            .owner
            .count(&format!("{table} WHERE first_name = 'other' AND {of_it}"))
            .await?;
        if found != 1 {
            return Err(Failed(format!("of what was written {found} is found")));
        }
        let delete = format!("DELETE FROM {table} WHERE {of_it}");
        self.owner.sql(&delete).await
    }

    /// Every row is there, and right.
    async fn is_right(&mut self) -> Result<(), Failed> {
        let Cell {
            kind,
            change,
            database,
            ..
        } = self.cell;
        let table = kind.quoted(*database);
        if change.becomes.is_empty() {
            return match self.owner.count(&table).await {
                Ok(_) => Err(Failed("the table is still there".to_owned())),
                Err(_) => Ok(()),
            };
        }
        let table = change.becomes.replace("{table}", &table);
        let right = match kind.right {
            "" => change.right.to_owned(),
            more => format!("{} AND {more}", change.right),
        };
        for rows in [table.clone(), format!("{table} WHERE {right}")] {
            let found = self.owner.count(&rows).await?;
            if found != self.rows {
                return Err(Failed(format!("{found} of {} rows: {rows}", self.rows)));
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

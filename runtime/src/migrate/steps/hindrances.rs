//! What the server would refuse to do to a table as it is, is said before anything is done.

use colmig_schema::script::{Run, Step};
use colmig_schema::{Database, Phase};

use crate::migrate::driver::{Driver, Failure, Hindrance};
use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::session::{Halt, Session, ask};

/// What is asked of the tables.
#[derive(Clone, Copy)]
enum Asked<'s> {
    /// Whether one can have what the statement gives it.
    Given(&'s str),
    /// Whether its key can become another.
    Key(&'s str),
    /// Whether documents can be held against what they were, by value.
    Compared(&'s str),
}

impl Session<'_> {
    /// Before `expand`, what would be refused in whatever phase; before `contract` that of it, as
    /// something may have come to a table since.
    pub(in crate::migrate) async fn pass_hindrances_gate(
        &mut self,
        migration: &Migration,
        entered: Phase,
    ) -> Result<(), Halt> {
        if entered == Phase::Expand {
            for step in migration.steps(Phase::Expand) {
                if let Some(table) = step.checks_key() {
                    self.look_for_hindrances(migration, (entered, step), Asked::Key(table))
                        .await?;
                }
            }
        }
        for phase in Phase::ALL.into_iter().filter(|phase| *phase >= entered) {
            for step in migration.steps(phase) {
                for statement in given(step) {
                    self.look_for_hindrances(migration, (entered, step), Asked::Given(statement))
                        .await?;
                }
                if let (Run::Backfill(backfill), Database::MongoDb) =
                    (&step.run, self.driver.dialect().database)
                {
                    // What takes two values for one is a matter of the collection there.
                    let batch = Asked::Given(&backfill.batch);
                    self.look_for_hindrances(migration, (entered, step), batch)
                        .await?;
                }
                if let Run::Convert(convert) = &step.run {
                    let compared = Asked::Compared(&convert.table);
                    self.look_for_hindrances(migration, (entered, step), compared)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn look_for_hindrances(
        &mut self,
        migration: &Migration,
        (phase, step): (Phase, &Step),
        asked: Asked<'_>,
    ) -> Result<(), Halt> {
        let place = Place {
            migration: migration.id().to_owned(),
            phase,
            step: step.id.clone(),
        };
        let (Asked::Given(about) | Asked::Key(about) | Asked::Compared(about)) = asked;
        let hindrance = ask!(self, &place, about, look(self.driver, asked))?;
        let gate = match hindrance {
            None => return Ok(()),
            Some(Hindrance::OfMigration(why)) => format!("{why}. Then generate the migration anew"),
            Some(Hindrance::OfTable(why)) => format!("{why}, and `{}` goes on", self.resume),
        };
        Err(Halt::Held {
            migration: place.migration,
            phase,
            gate,
        })
    }
}

async fn look(driver: &mut dyn Driver, asked: Asked<'_>) -> Result<Option<Hindrance>, Failure> {
    match asked {
        Asked::Given(statement) => driver.hindrance(statement).await,
        Asked::Compared(table) => driver.takes_for_one(table).await,
        Asked::Key(table) => {
            let found = driver.has_partitions(table).await?;
            Ok(found.then(|| Hindrance::OfMigration(no_key(table))))
        }
    }
}

fn no_key(table: &str) -> String {
    format!(
        "the table `{table}` has partitions, and no index that is there becomes the primary key of such a table; leave the key as it is, or \
         make a new table of that shape by hand"
    )
}

/// The statements that give a table something.
fn given(step: &Step) -> &[String] {
    match &step.run {
        Run::Transaction(statements) | Run::OneByOne(statements) => statements,
        Run::Alone { statement, .. } => std::slice::from_ref(statement),
        _ => &[],
    }
}

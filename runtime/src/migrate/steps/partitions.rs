//! What a table with partitions cannot have is said before anything is done.

use colmig_schema::Phase;
use colmig_schema::script::{Run, Step};

use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};

/// What is asked of the tables.
#[derive(Clone, Copy)]
enum Asked<'s> {
    /// Whether one can have what the statement gives it.
    Given(&'s str),
    /// Whether its key can become another.
    Key(&'s str),
}

impl Session<'_> {
    /// Before `expand`: keys, unique indexes and foreign keys that would be refused in the end.
    pub(in crate::migrate) async fn pass_partitions_gate(
        &mut self,
        migration: &Migration,
    ) -> Result<(), Halt> {
        for step in migration.steps(Phase::Expand) {
            if let Some(table) = step.checks_key() {
                self.look_for_partitions(migration, step, Asked::Key(table))
                    .await?;
            }
        }
        for phase in [Phase::Constrain, Phase::Contract] {
            for step in migration.steps(phase) {
                for statement in given(step) {
                    self.look_for_partitions(migration, step, Asked::Given(statement))
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn look_for_partitions(
        &mut self,
        migration: &Migration,
        step: &Step,
        asked: Asked<'_>,
    ) -> Result<(), Halt> {
        let place = Place {
            migration: migration.id().to_owned(),
            phase: Phase::Expand,
            step: step.id.clone(),
        };
        let mut attempts = Attempts::new(self.settings);
        let refused = loop {
            let (looked, statement) = match asked {
                Asked::Given(statement) => {
                    (self.driver.no_partitions_for(statement).await, statement)
                }
                Asked::Key(table) => {
                    let found = self.driver.has_partitions(table).await;
                    (found.map(|found| found.then(|| no_key(table))), table)
                }
            };
            match looked {
                Ok(refused) => break refused,
                Err(failure) => {
                    self.recover(failure.into(), &place, statement, &mut attempts)
                        .await?;
                }
            }
        };
        match refused {
            Some(why) => Err(Halt::Held {
                migration: place.migration,
                phase: Phase::Expand,
                gate: format!("{why}. Then generate the migration anew"),
            }),
            None => Ok(()),
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
        Run::Transaction(statements) => statements,
        Run::Alone { statement, .. } => std::slice::from_ref(statement),
        _ => &[],
    }
}

//! What a table with partitions cannot have is said before anything is done.

use colmig_schema::Phase;
use colmig_schema::script::{Run, Step};

use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};

impl Session<'_> {
    /// Before `expand`: unique indexes and foreign keys that would be refused in the end.
    pub(in crate::migrate) async fn pass_partitions_gate(
        &mut self,
        migration: &Migration,
    ) -> Result<(), Halt> {
        for phase in [Phase::Constrain, Phase::Contract] {
            for step in migration.steps(phase) {
                for statement in given(step) {
                    self.look_for_partitions(migration, step, statement).await?;
                }
            }
        }
        Ok(())
    }

    async fn look_for_partitions(
        &mut self,
        migration: &Migration,
        step: &Step,
        statement: &str,
    ) -> Result<(), Halt> {
        let place = Place {
            migration: migration.id().to_owned(),
            phase: Phase::Expand,
            step: step.id.clone(),
        };
        let mut attempts = Attempts::new(self.settings);
        let refused = loop {
            match self.driver.no_partitions_for(statement).await {
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

/// The statements that give a table something.
fn given(step: &Step) -> &[String] {
    match &step.run {
        Run::Transaction(statements) => statements,
        Run::Alone { statement, .. } => std::slice::from_ref(statement),
        _ => &[],
    }
}

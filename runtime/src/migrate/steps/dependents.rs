//! Looks for what else depends on columns or a table that go: views, indexes that no model
//! mentions, foreign keys of other tables. As long as there is any, the migration does not enter
//! `contract`, and nothing is undone of what could then not be ended.

use colmig_schema::Phase;
use colmig_schema::dependents::Dependents;
use colmig_schema::script::Run;

use super::Cost;
use crate::migrate::driver::{Driver, Failure, Waits};
use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};

impl Session<'_> {
    /// Before `contract` is entered.
    pub(in crate::migrate) async fn pass_dependents_gate(
        &mut self,
        migration: &Migration,
    ) -> Result<(), Halt> {
        for step in migration.steps(Phase::Contract) {
            if let Run::CheckDependents(check) = &step.run {
                let place = Place {
                    migration: migration.id().to_owned(),
                    phase: Phase::Contract,
                    step: step.id.clone(),
                };
                self.look_for_dependents(&place, check).await?;
            }
        }
        Ok(())
    }

    /// The step, which finds what has come since the phase was entered.
    pub(super) async fn check_dependents(
        &mut self,
        place: &Place,
        check: &Dependents,
    ) -> Result<Cost, Halt> {
        self.look_for_dependents(place, check).await?;
        let statements = check.prepare.len() as u64 + 1;
        Ok(Cost {
            statements,
            ..Cost::default()
        })
    }

    async fn look_for_dependents(&mut self, place: &Place, check: &Dependents) -> Result<(), Halt> {
        let mut attempts = Attempts::new(self.settings);
        let found = loop {
            let waits = attempts.waits(self.settings.lock_timeout);
            match look(self.driver, &waits, check).await {
                Ok(found) => break found,
                Err(failure) => {
                    self.recover(failure.into(), place, &check.look, &mut attempts)
                        .await?;
                }
            }
        };
        if found.is_empty() {
            return Ok(());
        }
        let depend = if found.len() == 1 {
            "depends"
        } else {
            "depend"
        };
        let gate = format!(
            "{} {depend} on {}, which goes: drop what is not needed, have the rest read what takes its place, and `{}` goes on",
            found.join(", "),
            check.going(),
            self.resume
        );
        Err(Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate,
        })
    }
}

/// What is found, by kind and name.
async fn look(
    driver: &mut dyn Driver,
    waits: &Waits,
    check: &Dependents,
) -> Result<Vec<String>, Failure> {
    driver.begin(waits).await?;
    let found = looked(driver, check).await;
    driver.rollback().await;
    found
}

async fn looked(driver: &mut dyn Driver, check: &Dependents) -> Result<Vec<String>, Failure> {
    for statement in &check.prepare {
        driver.execute(statement, &[]).await?;
    }
    let rows = driver.query(&check.look, &[]).await?;
    let first = rows.into_iter().filter_map(|row| row.into_iter().next());
    Ok(first.map(|value| value.to_string()).collect())
}

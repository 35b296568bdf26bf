//! What a table with partitions cannot have is said before anything is done.

use colmig_schema::Phase;
use colmig_schema::script::Run;

use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};

impl Session<'_> {
    /// Before `expand`: a unique index has to cover what its table's partitions are divided by,
    /// for each partition looks after its own rows only.
    pub(in crate::migrate) async fn pass_partitions_gate(
        &mut self,
        migration: &Migration,
    ) -> Result<(), Halt> {
        for step in migration.steps(Phase::Constrain) {
            let Run::Alone { statement, .. } = &step.run else {
                continue;
            };
            let place = Place {
                migration: migration.id().to_owned(),
                phase: Phase::Expand,
                step: step.id.clone(),
            };
            let mut attempts = Attempts::new(self.settings);
            let lacking = loop {
                match self.driver.uncovered_partition_key(statement).await {
                    Ok(lacking) => break lacking,
                    Err(failure) => {
                        self.recover(failure.into(), &place, statement, &mut attempts)
                            .await?;
                    }
                }
            };
            if !lacking.is_empty() {
                let key = lacking.join("`, `");
                let gate = format!(
                    "the table has partitions by `{key}`, and `{}` would hold in each of them alone: no two rows of one partition, but of two; take \
                     `unique` off, or have it cover `{key}` as well (`#[colmig(unique(...))]` on the struct), and generate the migration anew",
                    step.id.trim_start_matches("create_index_"),
                );
                return Err(Halt::Held {
                    migration: place.migration,
                    phase: Phase::Expand,
                    gate,
                });
            }
        }
        Ok(())
    }
}

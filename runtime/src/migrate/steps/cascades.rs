//! Columns that the database itself writes, past the triggers that write both sides, are not replaced.

use colmig_schema::Phase;

use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::session::{Halt, Session, ask};

impl Session<'_> {
    /// Before `expand`: actions of foreign keys that would write one side and not the other.
    pub(in crate::migrate) async fn pass_cascades_gate(
        &mut self,
        migration: &Migration,
    ) -> Result<(), Halt> {
        for change in &migration.manifest().changes {
            if change.replaces.is_empty() {
                continue;
            }
            let place = Place {
                migration: migration.id().to_owned(),
                phase: Phase::Expand,
                step: change.summary.clone(),
            };
            let (table, columns) = (&change.table, &change.replaces);
            let look = &change.summary;
            let found = ask!(self, &place, look, self.driver.untriggered(table, columns))?;
            if let Some(action) = found {
                return Err(Halt::Held {
                    migration: place.migration,
                    phase: Phase::Expand,
                    gate: format!(
                        "cannot {}: {action} writes it, and no trigger fires for that here, so its other side would keep the value of before. \
                         Have the application write both tables, and give the foreign key `ON UPDATE RESTRICT` and `ON DELETE RESTRICT`",
                        change.summary
                    ),
                });
            }
        }
        Ok(())
    }
}

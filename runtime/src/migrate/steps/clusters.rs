//! What a cluster would stand still for is said before the phase begins in which it would.

use colmig_schema::Phase;
use colmig_schema::script::{Run, Step};

use crate::migrate::driver::Standstill;
use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::session::{Halt, Session, ask};
use crate::migrate::settings::CLUSTER_ROWS;

impl Session<'_> {
    /// Before `phase`: statements for which every node would keep all writers waiting for longer
    /// than was allowed.
    pub(in crate::migrate) async fn pass_cluster_gate(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<(), Halt> {
        for step in migration.steps(phase) {
            for statement in changing(step) {
                let place = Place {
                    migration: migration.id().to_owned(),
                    phase,
                    step: step.id.clone(),
                };
                let standstill = ask!(self, &place, statement, self.driver.standstill(statement))?;
                if let Some(standstill) = standstill
                    && standstill.rows > self.settings.cluster_rows
                {
                    return Err(Halt::Held {
                        migration: place.migration,
                        phase,
                        gate: closed(statement, &standstill),
                    });
                }
            }
        }
        Ok(())
    }
}

fn closed(statement: &str, standstill: &Standstill) -> String {
    let Standstill {
        table,
        rows,
        why,
        apart,
    } = standstill;
    format!(
        "every write to every table of the cluster would wait for as long as it takes to read or write all of `{table}`, which has about {rows} \
         rows: {why}. Either allow it at an hour at which that may be, with `{CLUSTER_ROWS} = {rows}` in the table `run` of colmig.toml; or execute it \
         {apart}, and give this command again, which finds it done:\n{statement};"
    )
}

/// The statements of a step that change a table.
fn changing(step: &Step) -> &[String] {
    match &step.run {
        Run::OneByOne(statements) => statements,
        Run::Alone { statement, .. } => std::slice::from_ref(statement),
        _ => &[],
    }
}

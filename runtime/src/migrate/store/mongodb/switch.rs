//! The read switch, and the comparisons that found two values.

use async_trait::async_trait;
use colmig_schema::reads::{Evidence, Reads};
use mongodb::bson::{DateTime, Document, doc};
use serde::Deserialize;

use super::state::{Migration, Switched};
use super::{MongoDbStore, documents, iso, read, since, unit};
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::outcome::Mismatch;
use crate::migrate::store::{Switch, Switches, Trouble};
use crate::mongodb::STATE;

/// Instances write it.
pub(super) const MISMATCHES: &str = "colmig_mismatch";

#[derive(Deserialize)]
struct Found {
    at: DateTime,
    table_name: String,
    column_name: String,
    row_key: String,
    legacy: Option<String>,
    target: Option<String>,
    instance: String,
}

#[async_trait]
impl Switches for MongoDbStore {
    async fn switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<Switch>, Trouble> {
        let documents = documents(driver)?;
        let mut state = unit::look_at(documents, migration).await?;
        let switch = state.migrations.get_mut(migration);
        let Some(switch) = switch.and_then(|migration| migration.switch.take()) else {
            return Ok(None);
        };
        let count = vec![
            doc! { "$match": since_then(migration, &switch) },
            doc! { "$count": "mismatches" },
        ];
        let counted = documents.aggregate(MISMATCHES, count).await?;
        let mismatches = counted
            .first()
            .and_then(|counted| number(counted, "mismatches"));
        Ok(Some(Switch {
            reads: read_side(&switch.reads)?,
            since_ms: since(switch.at, state.now).max(0).unsigned_abs(),
            since: iso(switch.at),
            by: switch.by,
            evidence: Evidence {
                limit: switch.limit.max(0).unsigned_abs(),
                mismatches: mismatches.unwrap_or_default(),
            },
        }))
    }

    async fn move_switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        reads: Reads,
        limit: u64,
        show_values: bool,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            let now = work.state.now;
            let reads = reads.to_string();
            let moved = work.state.migration(migration)?;
            let switched = moved.switch.as_ref().map_or(0, |switch| switch.switched);
            moved.switch = Some(Switched {
                reads: reads.clone(),
                switched: switched + 1,
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
                show_values,
                by: self.actor.clone(),
                at: now,
            });
            work.state
                .note(&self.actor, "switch", migration, None, None, Some(&reads));
            Ok(())
        })
        .await
    }

    async fn mismatches(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        number: i64,
    ) -> Result<Vec<Mismatch>, Trouble> {
        let documents = documents(driver)?;
        let state = unit::look_at(documents, migration).await?;
        let found = state.migrations.get(migration);
        let Some(switch) = found.and_then(|migration| migration.switch.as_ref()) else {
            return Ok(Vec::new());
        };
        let newest = vec![
            doc! { "$match": since_then(migration, switch) },
            doc! { "$sort": { "at": -1, "_id": -1 } },
            doc! { "$limit": number.max(1) },
        ];
        let found = documents.aggregate(MISMATCHES, newest).await?;
        let mismatch = |found: Document| {
            let found: Found = read(MISMATCHES, found)?;
            Ok(Mismatch {
                at: iso(found.at),
                table: found.table_name,
                column: found.column_name,
                key: found.row_key,
                legacy: found.legacy,
                target: found.target,
                instance: found.instance,
            })
        };
        found.into_iter().map(mismatch).collect()
    }
}

impl Migration {
    /// Moves the switch back to where it begins, for a migration that is taken back.
    pub(super) fn unswitch(&mut self) {
        let legacy = Reads::Legacy.to_string();
        if let Some(switch) = &mut self.switch
            && switch.reads != legacy
        {
            switch.reads = legacy;
            switch.switched += 1;
        }
    }
}

/// What was found since the switch was moved.
fn since_then(migration: &str, switch: &Switched) -> Document {
    doc! { "migration": migration, "at": { "$gte": switch.at } }
}

fn read_side(reads: &str) -> Result<Reads, Trouble> {
    let read = reads.parse();
    read.map_err(|error| Trouble::Damaged(format!("the switch in {}: {error}", STATE)))
}

/// A count, of whichever width the server gives it.
fn number(document: &Document, name: &str) -> Option<u64> {
    let number = match document.get(name)? {
        mongodb::bson::Bson::Int32(number) => i64::from(*number),
        mongodb::bson::Bson::Int64(number) => *number,
        _ => return None,
    };
    u64::try_from(number).ok()
}

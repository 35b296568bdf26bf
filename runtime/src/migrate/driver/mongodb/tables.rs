//! What is asked of collections.

use async_trait::async_trait;
use bson::{Bson, doc};
use colmig_schema::script::Backfill;

use super::{MongoDb, command, hindrance, operations, value};
use crate::migrate::driver::{
    Driver as _, Failure, Hindrance, IndexState, Row, Tables, Triggers, Value,
};
use crate::migrate::estimate::Weight;

/// So many documents are looked at for each part of a collection, and no more than these in all.
const SAMPLES: u64 = 20;
const MOST_SAMPLES: u64 = 20_000;

/// How long that may take. One worker goes through what cannot be divided by then.
const SAMPLE_MS: i64 = 10_000;

/// What is logged for a document that gets one more field: its key, the field, and what an entry
/// of the oplog has around them.
const LOGGED: u64 = 150;

#[async_trait]
impl Tables for MongoDb {
    async fn user_triggers(&mut self, _: &Backfill) -> Result<Triggers, Failure> {
        // A database has none; those of a service around it hear of every change.
        Ok(Triggers::default())
    }

    async fn divide(&mut self, backfill: &Backfill, parts: u64) -> Result<Vec<Row>, Failure> {
        let size = (parts * SAMPLES).min(MOST_SAMPLES);
        let sample = doc! {
            "aggregate": &backfill.table,
            "pipeline": [
                { "$sample": { "size": i64::try_from(size).unwrap_or(i64::MAX) } },
                { "$project": { "_id": 1 } },
                { "$sort": { "_id": 1 } },
            ],
            "cursor": {},
            "maxTimeMS": SAMPLE_MS,
            "comment": operations::comment(self.id, self.works),
        };
        let found = match self.documents_of(sample).await {
            Err(Failure::LockTimeout(message)) => return Err(Failure::refused(message)),
            found => found?,
        };
        let keys: Vec<Bson> = found
            .into_iter()
            .filter_map(|mut document| document.remove("_id"))
            .collect();
        let parts = usize::try_from(parts).unwrap_or(usize::MAX);
        let mut bounds: Vec<Bson> = (1..parts)
            .filter_map(|part| keys.get(part * keys.len() / parts).cloned())
            .collect();
        // The same document may have been met twice.
        bounds.dedup();
        Ok(bounds
            .into_iter()
            .map(|key| vec![value::read(key)])
            .collect())
    }

    async fn hindrance(&mut self, statement: &str) -> Result<Option<Hindrance>, Failure> {
        // Of a batch it matters not which documents it is about.
        let range = [Value::Null, Value::Null];
        let command = command::read(statement, &range, &self.terms())?;
        let Some(collection) = command::collection(&command) else {
            return Ok(None);
        };
        let validates = command.contains_key("validator");
        if !validates && !command.contains_key("updates") {
            return Ok(None);
        }
        let options = self
            .collection_options(collection)
            .await?
            .unwrap_or_default();
        Ok(match validates {
            true => hindrance::by_validator(collection, &options),
            // Whoever asks for what is missing alone compares no text.
            false if !statement.contains("\"$ne\"") => None,
            false => hindrance::by_collation(collection, &options),
        })
    }

    async fn takes_for_one(&mut self, table: &str) -> Result<Option<Hindrance>, Failure> {
        let options = self.collection_options(table).await?;
        Ok(options.and_then(|options| hindrance::by_collation(table, &options)))
    }

    async fn lost(&mut self, statement: &str) -> Result<Option<String>, Failure> {
        let command = command::read(statement, &[], &self.terms())?;
        let wanted = hindrance::indexes(&command);
        let (Some(collection), false) = (command::collection(&command), wanted.is_empty()) else {
            return Ok(None);
        };
        let list = doc! { "listIndexes": collection, "cursor": {} };
        let there = self.documents_of(list).await?;
        let lost = wanted.into_iter().find_map(|(name, unique)| {
            let index = there
                .iter()
                .find(|index| index.get_str("name").is_ok_and(|own| own == name));
            match index {
                None => Some(format!("the index `{name}` is not there")),
                Some(index) if unique && !index.get_bool("unique").unwrap_or(false) => {
                    Some(format!("the index `{name}` is not unique"))
                }
                Some(_) => None,
            }
        });
        Ok(lost)
    }

    async fn index(&mut self, _drop: &str) -> Result<IndexState, Failure> {
        // An index is there, or it is not: what a failed build leaves, the server removes.
        Ok(IndexState::Missing)
    }

    async fn estimate(&mut self, table: &str) -> Result<Option<u64>, Failure> {
        if !self.is_there(table).await? {
            return Ok(None);
        }
        let answer = self.done(doc! { "count": table }).await?;
        Ok(command::number(&answer, "n"))
    }

    async fn weigh(&mut self, table: &str, rows: u64) -> Result<Option<Weight>, Failure> {
        let answer = self.done(doc! { "collStats": table }).await?;
        let bytes = command::number(&answer, "size");
        Ok(bytes.map(|table_bytes| Weight {
            table_bytes,
            log_bytes: rows * LOGGED,
        }))
    }
}

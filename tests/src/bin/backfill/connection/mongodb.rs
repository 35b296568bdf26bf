//! A connection to MongoDB. What is said to it are commands as extended JSON, as in the scripts of
//! a migration.

use std::time::Duration;

use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::{Acknowledgment, ClientOptions, ServerMonitoringMode, WriteConcern};
use mongodb::{Client, Collection, Database};

use crate::Result;
use crate::errand::Errand;
use crate::project::TABLE;

/// How long a command waits for whoever is in its way: as on other databases, nothing is to fail for
/// having waited.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client of one connection, beside that by which it watches the server.
pub(crate) struct MongoDb {
    client: Client,
    database: Database,
    documents: Collection<Document>,
}

impl MongoDb {
    pub(super) async fn open(url: &str, name: &str) -> Result<MongoDb> {
        let mut options = ClientOptions::parse(url).await?;
        options.app_name = Some(name.to_owned());
        options.max_pool_size = Some(1);
        options.server_selection_timeout = Some(PATIENCE);
        options.server_monitoring_mode = Some(ServerMonitoringMode::Poll);
        // What an application asks for that is to keep what it was told is written.
        options.write_concern = Some(
            WriteConcern::builder()
                .w(Acknowledgment::Majority)
                .journal(true)
                .build(),
        );
        let client = Client::with_options(options)?;
        let database = client
            .default_database()
            .ok_or("the URL names no database")?;
        let documents = database.collection(TABLE);
        Ok(MongoDb {
            client,
            database,
            documents,
        })
    }

    /// How many documents a command changed, with keys where it has parameters.
    pub(super) async fn fill(&self, command: &str, keys: &[i64]) -> Result<u64> {
        let answer = self.run(command, keys).await?;
        Ok(answer.get("nModified").map_or(Ok(0), whole)?.unsigned_abs())
    }

    /// The number that is the first value of the first document that a command finds.
    pub(super) async fn number(&self, command: &str, arguments: &[i64]) -> Result<Option<i64>> {
        let answer = self.run(command, arguments).await?;
        let found = answer.get_document("cursor")?.get_array("firstBatch")?;
        let first = found.first().and_then(Bson::as_document);
        let first = first.and_then(|first| first.values().next());
        first.map(whole).transpose()
    }

    /// The first text in the answer to a command.
    pub(super) async fn text(&self, command: &str) -> Result<String> {
        let answer = self.run(command, &[]).await?;
        let text = answer.values().find_map(Bson::as_str);
        text.map(str::to_owned).ok_or_else(|| "no text".into())
    }

    /// As an application does it: by the driver's own functions, which send an update again whose
    /// answer was lost.
    pub(super) async fn one(&self, errand: Errand, key: i64) -> Result<u64> {
        let filter = doc! { "_id": key };
        Ok(match errand {
            Errand::Read => {
                let fields = doc! { "first_name": 1, "email": 1 };
                let found = self.documents.find_one(filter).projection(fields).await?;
                u64::from(found.is_some())
            }
            Errand::Update => {
                let update =
                    doc! { "$inc": { "balance": 1_i64 }, "$currentDate": { "seen_at": true } };
                self.documents
                    .update_one(filter, update)
                    .await?
                    .matched_count
            }
        })
    }

    pub(super) async fn close(self) {
        self.client.shutdown().await;
    }

    async fn run(&self, command: &str, arguments: &[i64]) -> Result<Document> {
        let command: Document = serde_json::from_str(command)
            .map_err(|error| format!("`{command}` is no command: {error}"))?;
        let answer = self
            .database
            .run_command(placed(command, arguments))
            .await?;
        for part in ["writeErrors", "writeConcernError"] {
            if let Some(error) = answer.get(part) {
                return Err(format!("a write failed: {error}").into());
            }
        }
        Ok(answer)
    }
}

/// A command with values in the places of its parameters. Nobody else claims what a batch fills, so
/// it has until the end of all days.
fn placed(command: Document, arguments: &[i64]) -> Document {
    let fields = command.into_iter();
    fields
        .map(|(name, value)| (name, placed_in(value, arguments)))
        .collect()
}

fn placed_in(value: Bson, arguments: &[i64]) -> Bson {
    match value {
        Bson::String(text) if text == "$until" => Bson::DateTime(DateTime::MAX),
        Bson::String(text) => {
            let number = text
                .strip_prefix('$')
                .and_then(|digits| digits.parse().ok());
            let argument = number.and_then(|number: usize| arguments.get(number.wrapping_sub(1)));
            argument.map_or(Bson::String(text), |argument| Bson::Int64(*argument))
        }
        Bson::Document(document) => Bson::Document(placed(document, arguments)),
        Bson::Array(values) => values
            .into_iter()
            .map(|value| placed_in(value, arguments))
            .collect(),
        other => other,
    }
}

fn whole(value: &Bson) -> Result<i64> {
    match value {
        Bson::Int32(number) => Ok(i64::from(*number)),
        Bson::Int64(number) => Ok(*number),
        other => Err(format!("`{other}` is no whole number").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_takes_its_values() {
        let command = doc! {
            "q": { "$gte": ["$_id", { "$literal": "$1" }], "$lt": ["$$NOW", "$until"] },
            "limit": "$2",
            "text": "$3",
        };
        let expected = doc! {
            "q": { "$gte": ["$_id", { "$literal": 7_i64 }], "$lt": ["$$NOW", DateTime::MAX] },
            "limit": 8_i64,
            "text": "$3",
        };
        assert_eq!(placed(command, &[7, 8]), expected);
    }
}

//! The document that a batch stopped at: the server says why, but not which it is.

use bson::{Bson, Document, doc};
use mongodb::error::ErrorKind;

use super::{MongoDb, classify, command, ms, operations, value};
use crate::migrate::driver::{Failure, Value};

/// How long each of the searches may take.
const AT_MOST: std::time::Duration = std::time::Duration::from_secs(2);

/// What a search finds.
enum Found {
    Nothing,
    Key(Bson),
    /// It stops at the same document.
    Stops,
}

impl MongoDb {
    /// What an update failed for, with the document if it is for one.
    pub(super) async fn named(
        &mut self,
        failure: Failure,
        answer: &Document,
        command: &Document,
        arguments: &[Value],
    ) -> Failure {
        match classify::code_of_write(answer) {
            Some(code) if classify::is_of_document(code) => {
                self.name_the_document(command, arguments, failure).await
            }
            _ => failure,
        }
    }

    /// Says which document an update stopped at. It goes by the key, and what is before that document
    /// is written by now.
    async fn name_the_document(
        &mut self,
        command: &Document,
        arguments: &[Value],
        failure: Failure,
    ) -> Failure {
        let Failure::Refused { message, hint, .. } = &failure else {
            return failure;
        };
        let found = self.culprit(command, arguments).await.ok().flatten();
        let (Some(id), Some(collection)) = (found, command::collection(command)) else {
            return failure;
        };
        Failure::InTheWay {
            message: format!(
                "the rule fails on a document of `{collection}`, that with _id = {}: {message}",
                value::quoted(&id)
            ),
            hint: Some(hint.clone().unwrap_or_else(|| {
                "change what is in it, or write to it what the rule should give".to_owned()
            })),
        }
    }

    async fn culprit(
        &mut self,
        command: &Document,
        arguments: &[Value],
    ) -> Result<Option<Bson>, Failure> {
        let updates = command.get_array("updates").ok();
        let update = updates.and_then(|updates| updates.first()?.as_document());
        let filter = update.and_then(|update| update.get_document("q").ok());
        let (Some(collection), Some(filter)) = (command::collection(command), filter) else {
            return Ok(None);
        };
        match self.first_of(collection, filter.clone()).await? {
            Found::Nothing => return Ok(None),
            // Where the filter does not ask for the rule, it is the first that is still to be done.
            Found::Key(id) => return Ok(Some(id)),
            Found::Stops => {}
        }
        let mut keys = self.keys(collection, arguments).await?;
        while keys.len() > 1 {
            let second = keys.split_off(keys.len() / 2);
            let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
                break;
            };
            let half = doc! { "$and": [
                { "$expr": { "$and": [
                    { "$gte": ["$_id", { "$literal": first }] },
                    { "$lte": ["$_id", { "$literal": last }] },
                ] } },
                filter.clone(),
            ] };
            if !matches!(self.first_of(collection, half).await?, Found::Stops) {
                keys = second;
            }
        }
        Ok(keys.pop())
    }

    /// The keys of the batch.
    async fn keys(&mut self, collection: &str, arguments: &[Value]) -> Result<Vec<Bson>, Failure> {
        let mut bounds = Vec::new();
        for (argument, operator) in arguments.iter().zip(["$gte", "$lt"]) {
            let key = value::write(argument)?;
            bounds.push(doc! { operator: ["$_id", { "$literal": key }] });
        }
        let find = self.search(collection, doc! { "$expr": { "$and": bounds } });
        let found = self.documents_of(find).await?;
        let key = |mut document: Document| document.remove("_id");
        Ok(found.into_iter().filter_map(key).collect())
    }

    async fn first_of(&mut self, collection: &str, filter: Document) -> Result<Found, Failure> {
        let mut find = self.search(collection, filter);
        find.insert("limit", 1);
        let mut answer = match self.send(find).await {
            Ok(answer) => answer,
            Err(error) => {
                return match &*error.kind {
                    ErrorKind::Command(failed) if classify::is_of_document(failed.code) => {
                        Ok(Found::Stops)
                    }
                    _ => Err(error.into()),
                };
            }
        };
        let found = command::batch(&mut answer).and_then(|(found, ..)| found.into_iter().next());
        let key = found.and_then(|mut document| document.remove("_id"));
        Ok(key.map_or(Found::Nothing, Found::Key))
    }

    fn search(&self, collection: &str, filter: Document) -> Document {
        doc! {
            "find": collection,
            "filter": filter,
            "sort": { "_id": 1 },
            "hint": { "_id": 1 },
            "projection": { "_id": 1 },
            "maxTimeMS": ms(AT_MOST),
            "comment": operations::comment(self.id, self.works),
        }
    }
}

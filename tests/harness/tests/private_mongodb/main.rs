//! Private MongoDB servers and replica sets from their first start to their end,
//! on the real thing.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

#[path = "../support/owner.rs"]
mod owner;
#[path = "../support/mod.rs"]
mod support;

/// By this name they are chosen, as the tests on any database are.
mod mongodb {
    mod replica_set;
    mod server;

    use colmig_harness::bson::{Document, doc};
    use colmig_harness::{HarnessError, MongoDbEndpoint};

    /// Stores a document and waits for the journal.
    fn insert(
        server: &MongoDbEndpoint,
        database: &str,
        document: Document,
    ) -> Result<Document, HarnessError> {
        let concern = doc! { "w": "majority", "j": true, "wtimeout": 20_000 };
        let insert = doc! { "insert": "t", "documents": [document], "writeConcern": concern };
        server.command(database, insert)
    }

    /// The `_id` of every document, in order.
    fn ids(server: &MongoDbEndpoint, database: &str) -> Vec<i32> {
        let find = doc! { "find": "t", "sort": { "_id": 1 }, "batchSize": 1000 };
        let answer = server.command(database, find).unwrap();
        let batch = answer.get_document("cursor").unwrap();
        let batch = batch.get_array("firstBatch").unwrap();
        let id = |document: &Document| document.get_i32("_id").unwrap();
        batch
            .iter()
            .map(|document| id(document.as_document().unwrap()))
            .collect()
    }

    /// The code of an answer that is an error.
    fn code(answer: Result<Document, HarnessError>) -> i32 {
        match answer.unwrap_err() {
            HarnessError::Refused { code, .. } => code,
            error => panic!("{error}"),
        }
    }
}

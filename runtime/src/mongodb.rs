//! A MongoDB database: the little that accessors and the fleet need of its driver.

use std::sync::{Arc, OnceLock};

use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind, WriteFailure};
use mongodb::options::{
    Acknowledgment, CollectionOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use mongodb::{ClientSession, Collection, Cursor, Database, SessionCursor};
use serde::de::DeserializeOwned;

/// Colmig's document, in which everything stands that is published.
pub(crate) const STATE: &str = "colmig_state";

/// The instances, a document each.
pub(crate) const INSTANCES: &str = "colmig_instance";

/// The `_id` of the one document of [`STATE`].
pub(crate) const ID: &str = "colmig";

/// A database of a server, or of a set of them.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    database: Database,
    /// Whether there is a set, once somebody has asked.
    set: Arc<OnceLock<bool>>,
}

impl Place {
    pub(crate) fn new(database: Database) -> Place {
        Place {
            database,
            set: Arc::default(),
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// A collection of the application's. What is written is on disk of most servers before it
    /// counts as accepted, and the one is read that is written.
    pub(crate) fn collection<T: Send + Sync>(&self, name: &str) -> Collection<T> {
        let options = CollectionOptions::builder()
            .write_concern(safe())
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .build();
        self.database.collection_with_options(name, options)
    }

    /// A collection of colmig's own, of which nothing is read that could be taken back.
    pub(crate) fn own(&self, name: &str) -> Collection<Document> {
        let options = CollectionOptions::builder()
            .write_concern(safe())
            .read_concern(ReadConcern::majority())
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .build();
        self.database.collection_with_options(name, options)
    }

    /// Whether it is a set of servers, or a cluster of sets: there are transactions then, and
    /// streams of changes.
    pub(crate) async fn is_set(&self) -> Result<bool, Error> {
        if let Some(set) = self.set.get() {
            return Ok(*set);
        }
        let answer = self.database.run_command(doc! { "hello": 1 }).await?;
        let set = answer.contains_key("setName")
            || answer.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
        Ok(*self.set.get_or_init(|| set))
    }
}

/// The database that an URL names.
pub(crate) async fn connect(url: &str) -> crate::Result<Place> {
    let failed = |error| crate::Error::mongodb("cannot connect", error);
    let client = mongodb::Client::with_uri_str(url).await.map_err(failed)?;
    let database = client.default_database().ok_or_else(|| {
        crate::Error::Url(
            "the URL names no database: write its name behind the hosts, as in `mongodb://host/app`"
                .to_owned(),
        )
    })?;
    let place = Place::new(database);
    // The client itself connects when it is asked for something.
    place.is_set().await.map_err(failed)?;
    Ok(place)
}

/// The only write concern under which no acknowledged write is lost.
pub(crate) fn safe() -> WriteConcern {
    let mut concern = WriteConcern::default();
    concern.w = Some(Acknowledgment::Majority);
    concern.journal = Some(true);
    concern
}

/// The code of what the server said, if it was the server.
pub(crate) fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        _ => None,
    }
}

/// Everything that a cursor gives.
pub(crate) async fn all<T: DeserializeOwned>(mut cursor: Cursor<T>) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    while cursor.advance().await? {
        found.push(cursor.deserialize_current()?);
    }
    Ok(found)
}

/// The same of one that belongs to a session.
pub(crate) async fn all_of_session<T: DeserializeOwned>(
    mut cursor: SessionCursor<T>,
    session: &mut ClientSession,
) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    while cursor.advance(session).await? {
        found.push(cursor.deserialize_current()?);
    }
    Ok(found)
}

/// DuplicateKey.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(11_000)
}

/// Unauthorized: this user may only read.
pub(crate) fn is_read_only(error: &Error) -> bool {
    code(error) == Some(13)
}

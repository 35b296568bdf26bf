//! Items that are documents of a collection, and what a team sends by hand with the driver.

use std::time::Duration;

use colmig::{Db, DocumentUpdate, Result, Tx};
use mongodb::bson::{Document, doc};
use mongodb::options::{
    Acknowledgment, ClientOptions, CollectionOptions, ReadPreference, SelectionCriteria,
    WriteConcern,
};
use mongodb::{Client, Collection};

use super::{Store, found};
use crate::failure::of_mongodb;
use crate::instance::{CONNECTIONS, LEASE, PATIENCE};
use crate::item::{DocumentItem, Field, Values};
use crate::line::{Found, Number, Outcome, RawWrites};

/// A document of the collection `items`.
#[derive(Debug)]
pub struct InCollection<I>(I);

impl<I: DocumentItem> Store for InCollection<I> {
    const BUILD: &'static str = I::BUILD;
    const FIELDS: &'static [Field] = I::FIELDS;
    const GUARDS: bool = I::GUARDS;
    type Update = DocumentUpdate<I>;

    /// A client is set up by hand, since it has to give up soon.
    async fn connect(url: &str) -> Option<Db> {
        let mut options = ClientOptions::parse(url).await.ok()?;
        options.server_selection_timeout = Some(PATIENCE);
        options.connect_timeout = Some(PATIENCE);
        options.max_pool_size = Some(CONNECTIONS);
        let database = Client::with_options(options).ok()?.default_database()?;
        let options = Db::options()
            .lease(LEASE)
            .poll(Duration::from_millis(200))
            .build(I::BUILD)
            .document::<I>();
        Some(options.from_mongodb(database))
    }

    fn new(id: i64, number: Number, own: bool) -> Self {
        InCollection(I::new(id, number, own))
    }

    fn id(&self) -> i64 {
        self.0.id()
    }

    fn values(&self) -> Values {
        self.0.values()
    }

    async fn insert(&self, db: &Db) -> Result<()> {
        self.0.insert(db).await
    }

    async fn find(db: &Db, key: i64) -> Result<Option<Self>> {
        Ok(I::find(db, key).await?.map(InCollection))
    }

    fn update(key: i64, values: &Values, loud: bool) -> DocumentUpdate<I> {
        let set = |update, (field, value): (&Field, &Number)| I::set(update, *field, *value, loud);
        values.iter().fold(I::update(key), set)
    }

    async fn execute(update: DocumentUpdate<I>, db: &Db) -> Result<bool> {
        update.execute(db).await
    }

    async fn execute_in(update: DocumentUpdate<I>, tx: &mut Tx) -> Result<bool> {
        update.execute(tx).await
    }

    async fn filtered(db: &Db, field: Field, value: Number, keys: [i64; 2]) -> Result<Vec<Self>> {
        let [first, last] = keys;
        let mut filter = doc! { "_id": { "$gte": first, "$lte": last } };
        filter.extend(I::filter(field, value));
        let items = I::query(db).filter(filter).fetch_all().await?;
        Ok(items.into_iter().map(InCollection).collect())
    }

    async fn all(db: &Db) -> Result<Vec<Self>> {
        let items = I::query(db).sort(doc! { "_id": 1 }).fetch_all().await?;
        Ok(items.into_iter().map(InCollection).collect())
    }

    fn raw_writes(_db: &Db, told: RawWrites) -> RawWrites {
        I::raw(told)
    }

    /// Its fields are in every document as soon as it may write them there.
    fn raw_reads(told: RawWrites) -> bool {
        I::raw(told) == RawWrites::All
    }

    async fn raw_insert(db: &Db, key: i64, number: Number) -> Outcome {
        let Some(items) = items::<I>(db) else {
            return closed();
        };
        match items.insert_one(I::new(key, number, true)).await {
            Ok(_) => Outcome::Accepted,
            Err(error) => of_mongodb(&error),
        }
    }

    async fn raw_update(db: &Db, key: i64, values: &Values) -> Outcome {
        let Some(items) = items::<I>(db) else {
            return closed();
        };
        let set = values
            .iter()
            .map(|(field, value)| I::stored(*field, *value));
        let set: Document = set.map(|(name, value)| (name.to_owned(), value)).collect();
        match items
            .update_one(doc! { "_id": key }, doc! { "$set": set })
            .await
        {
            Ok(done) if done.matched_count == 0 => Outcome::Missing,
            Ok(_) => Outcome::Accepted,
            Err(error) => of_mongodb(&error),
        }
    }

    async fn raw_read(db: &Db, key: i64) -> Found {
        let Some(items) = items::<I>(db) else {
            return found(Err(closed()));
        };
        let item = items.find_one(doc! { "_id": key }).await;
        let item = item.map_err(|error| of_mongodb(&error));
        found(item.map(|item| item.map(|item| item.values())))
    }
}

/// The collection, with what the accessors ask for too: nothing is accepted that an election may
/// take back.
fn items<I: DocumentItem>(db: &Db) -> Option<Collection<I>> {
    let mut safe = WriteConcern::default();
    safe.w = Some(Acknowledgment::Majority);
    safe.journal = Some(true);
    let options = CollectionOptions::builder()
        .write_concern(safe)
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .build();
    let database = db.as_mongodb()?;
    Some(database.collection_with_options("items", options))
}

fn closed() -> Outcome {
    Outcome::Refused {
        why: "no connection".to_owned(),
    }
}

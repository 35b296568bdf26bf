//! What an instance does with its items, whatever holds them.

mod collection;
mod table;

use std::future::Future;

use colmig::{Db, Result, Tx};

use crate::item::{Field, Values};
use crate::line::{Found, Number, Outcome, RawWrites};

pub use collection::InCollection;
pub use table::InTable;

/// Items of one of their times, in a database: rows of a table, or documents of a collection.
pub trait Store: Sized + Send + Sync + 'static {
    /// What the build is called.
    const BUILD: &'static str;
    /// The fields that it knows.
    const FIELDS: &'static [Field];
    /// Whether it has to refuse values that legacy cannot hold, for as long as there is legacy.
    const GUARDS: bool;
    /// An update that has not been executed.
    type Update: Send;

    /// The database, which may be away when the process begins; none if the URL is none.
    fn connect(url: &str) -> impl Future<Output = Option<Db>> + Send;

    /// A new item; `own` if it has a badge of its own, and not the one that the rule gives.
    fn new(id: i64, number: Number, own: bool) -> Self;
    /// The key.
    fn id(&self) -> i64;
    /// What it holds.
    fn values(&self) -> Values;

    /// Inserts it by its accessor.
    fn insert(&self, db: &Db) -> impl Future<Output = Result<()>> + Send;
    /// Finds an item by its key.
    fn find(db: &Db, key: i64) -> impl Future<Output = Result<Option<Self>>> + Send;
    /// An update that sets these fields; `loud` if legacy is not to be able to hold the tone.
    fn update(key: i64, values: &Values, loud: bool) -> Self::Update;
    /// Executes an update by itself.
    fn execute(update: Self::Update, db: &Db) -> impl Future<Output = Result<bool>> + Send;
    /// Executes an update in a transaction.
    fn execute_in(update: Self::Update, tx: &mut Tx) -> impl Future<Output = Result<bool>> + Send;
    /// The items of a range of keys whose field holds the value.
    fn filtered(
        db: &Db,
        field: Field,
        value: Number,
        keys: [i64; 2],
    ) -> impl Future<Output = Result<Vec<Self>>> + Send;
    /// Every item.
    fn all(db: &Db) -> impl Future<Output = Result<Vec<Self>>> + Send;

    /// How far it may write by hand, given what the driver told.
    fn raw_writes(db: &Db, told: RawWrites) -> RawWrites;
    /// Whether it may read by hand, given what the driver told.
    fn raw_reads(told: RawWrites) -> bool;
    /// Inserts an item by hand, with a badge of its own.
    fn raw_insert(db: &Db, key: i64, number: Number) -> impl Future<Output = Outcome> + Send;
    /// Sets fields by hand.
    fn raw_update(db: &Db, key: i64, values: &Values) -> impl Future<Output = Outcome> + Send;
    /// Reads an item by hand.
    fn raw_read(db: &Db, key: i64) -> impl Future<Output = Found> + Send;
}

/// What an insert writes. A build that does not know the badge leaves it to the rule, which makes
/// it of the kind, and so of the same number.
pub(crate) fn written<S: Store>(item: &S) -> Values {
    let mut values = item.values();
    let number = values[&Field::Label];
    values.entry(Field::Badge).or_insert(number);
    values
}

/// What a read by hand found.
pub(crate) fn found(values: Result<Option<Values>, Outcome>) -> Found {
    match values {
        Ok(Some(values)) => Found::Row { values },
        Ok(None) => Found::Nothing,
        Err(outcome) => Found::Failed { outcome },
    }
}

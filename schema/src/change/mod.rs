//! The kinds of change: one file each, with its safety, its steps and its way back.

mod add_check;
mod add_column;
mod add_index;
mod add_reference;
mod adopt_model;
mod change_default;
mod change_enum;
mod change_null;
mod change_type;
mod comment_columns;
mod constrain;
mod convert;
mod create_model;
mod document;
mod drop_check;
mod drop_column;
mod drop_index;
mod drop_model;
mod drop_reference;
pub(crate) mod index;
mod move_reference;
pub(crate) mod precheck;
mod rename_model;
mod replace_columns;

use std::fmt;

use crate::record::Flight;
use crate::step::{Key, PlannedStep};
use crate::{Database, Sql};

pub use add_check::AddCheck;
pub use add_column::AddColumn;
pub use add_index::AddIndex;
pub use add_reference::AddReference;
pub use adopt_model::AdoptModel;
pub use change_default::ChangeDefault;
pub(crate) use change_enum::DECLARE_ENUM;
pub use change_enum::{AddValues, DeclareEnum};
pub use change_null::ChangeNull;
pub use change_type::ChangeType;
pub use comment_columns::CommentColumns;
pub use create_model::CreateModel;
pub use document::{
    AddDocumentIndex, AddField, CreateCollection, DropCollection, DropDocumentIndex, DropField,
    Passage, RaiseVersion, ReplaceFields,
};
pub use drop_check::DropCheck;
pub use drop_column::DropColumn;
pub use drop_index::DropIndex;
pub use drop_model::DropModel;
pub use drop_reference::DropReference;
pub use move_reference::MoveReference;
pub use rename_model::RenameModel;
pub use replace_columns::{Led, ReplaceColumns};

/// One detected difference that colmig knows how to roll out.
///
/// A change returns its steps as data and executes nothing.
pub trait Change: fmt::Debug {
    /// The kind, as `migration.toml` names it.
    fn kind(&self) -> &'static str;

    /// The table that changes.
    fn table(&self) -> &str;

    /// Whether it is of a collection of documents, which MongoDB alone has, and of no table.
    fn is_of_collection(&self) -> bool {
        false
    }

    /// The columns that change, where it is about columns.
    fn columns(&self) -> Vec<&str>;

    /// The columns whose place they take.
    fn replaces(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The columns that go, and nothing takes their place.
    fn drops(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The columns that are there, and of which older builds have another idea.
    fn alters(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The column that is there, and whose type becomes a wider one.
    fn widens(&self) -> Option<&str> {
        None
    }

    /// The number that the version of a model becomes, which documents are to satisfy.
    fn raises(&self) -> Option<u32> {
        None
    }

    /// Whether the table itself goes.
    fn drops_table(&self) -> bool {
        false
    }

    /// The name that the table gets, where it is renamed.
    fn becomes(&self) -> Option<&str> {
        None
    }

    /// The name of the index that goes, and that nothing may bring back before it is gone.
    fn drops_index(&self) -> Option<String> {
        None
    }

    /// The tables whose rows have to satisfy something else than before. Builds from before do
    /// not know it, and write rows, or rely on rows, accordingly.
    fn constrains(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The name of the constraint that goes, without that of its table in front: nothing may be
    /// called so before it is gone.
    fn drops_constraint(&self) -> Option<String> {
        None
    }

    /// The column of the primary key that goes over to another, which takes its place.
    fn rekeys(&self) -> Option<&str> {
        None
    }

    /// Whether something in the database serves the writers that do not know the change: a
    /// trigger or a default.
    fn is_covered(&self) -> bool {
        true
    }

    /// The change in one line, for people.
    fn summary(&self) -> String;

    /// The change in a few words for the name of a folder.
    fn slug(&self) -> String;

    /// The steps on one database, in the order of their phases.
    ///
    /// # Errors
    /// A [`Refusal`] where the database cannot do it, or the model asks for what cannot be.
    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal>;

    /// The key by which rows are named that would fail a constraint of its steps; empty where
    /// it brings none to rows that are there already.
    fn row_key(&self) -> Vec<Key> {
        Vec::new()
    }

    /// What accessors have to know of each column while the change is under way; nothing
    /// if nothing about the model's statements depends on it.
    ///
    /// # Errors
    /// The same as those of [`steps`](Change::steps).
    fn flights(&self, migration: &str, databases: &[Database]) -> Result<Flights, Refusal>;
}

/// The database, for a change of tables, which only databases that speak SQL have.
///
/// # Errors
/// A [`Refusal`] on any other.
pub(crate) fn of_tables(change: &dyn Change, database: Database) -> Result<Sql, Refusal> {
    database.sql().ok_or_else(|| nowhere(change))
}

/// Why a change can be rolled out on none of the databases at hand.
pub(crate) fn nowhere(change: &dyn Change) -> Refusal {
    let (why, remedy) = match change.is_of_collection() {
        true => (
            "a collection is one of MongoDB, which is none of the project's databases",
            "add `mongodb` to `databases` in colmig.toml, or declare a table: #[colmig(table = \"...\")]",
        ),
        false => (
            "a table is one of an SQL database, and the project has none",
            "declare a collection: #[colmig(collection = \"...\")]",
        ),
    };
    Refusal {
        table: Some(change.table().to_owned()),
        column: change.columns().first().map(|column| (*column).to_owned()),
        what: format!("cannot {}", change.summary()),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// Columns, each with what accessors have to know of it.
pub type Flights = Vec<(String, Flight)>;

/// What cannot be done, by name, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}\n  help: {remedy}")]
pub struct Refusal {
    /// The table that it is about, where it is about one.
    pub table: Option<String>,
    /// The column that it is about, where it is about one.
    pub column: Option<String>,
    /// What was asked for.
    pub what: String,
    /// Why it is refused.
    pub why: String,
    /// What to do instead.
    pub remedy: String,
}

//! What can go wrong between a model and its table.

use colmig_schema::Database;

/// The result of an access.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong between a model and its table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database or the connection to it failed.
    #[error("{model}: {source}")]
    Database {
        /// The model that was accessed, or what else was done.
        model: &'static str,
        /// The driver's error.
        source: sqlx::Error,
    },
    /// The same, where the database is MongoDB.
    #[cfg(feature = "mongodb")]
    #[error("{model}: {source}")]
    MongoDb {
        /// The model that was accessed, or what else was done.
        model: &'static str,
        /// The driver's error.
        source: Box<mongodb::error::Error>,
    },
    /// A document is none of the struct.
    #[error(
        "the document of `{model}` with _id = {id} does not fit the struct: {source}; write to that field what the struct can hold, or \
         give the field of the struct a type that holds this as well"
    )]
    #[cfg(feature = "mongodb")]
    Unreadable {
        /// The model.
        model: &'static str,
        /// The `_id`, as JSON.
        id: String,
        /// What is wrong, and behind `Path:` at which field.
        source: Box<mongodb::bson::error::Error>,
    },
    /// A server of MongoDB that stands alone has no transactions.
    #[cfg(feature = "mongodb")]
    #[error(
        "a MongoDB server that stands alone has no transactions: make a replica set of it, of one server if you like          (`mongod --replSet`, then `rs.initiate()`), or keep what belongs together in one document"
    )]
    NoTransactions,
    /// Documents are filled on read, rows are not.
    #[cfg(feature = "mongodb")]
    #[error(
        "`fill_on_read` is for MongoDB, and this is a database of tables: leave it out, for rows are filled by \
         `cargo colmig run`"
    )]
    NoFillOnRead,
    /// A filter or a sort cannot be used.
    #[cfg(feature = "mongodb")]
    #[error(
        "the search in `{model}` names `{field}`, whose place `{by}` takes: name `{by}`, which every document is searched by,          whichever of the two it has"
    )]
    Taken {
        /// The model.
        model: &'static str,
        /// The field that goes.
        field: String,
        /// The field that takes its place.
        by: String,
    },
    /// The URL names no database that this build speaks.
    #[error("{0}")]
    Url(String),
    /// `colmig.toml` does not name this database, so the model has no statements for it.
    #[error(
        "`{model}` has no accessors for {}: add `{database}` to `databases` in colmig.toml and run `cargo colmig generate`",
        database.title()
    )]
    NotGenerated {
        /// The model.
        model: &'static str,
        /// The database.
        database: Database,
    },
    /// The value cannot be stored yet: the migration that brings the column has not come
    /// to the phase in which every instance reads it. Nothing was written.
    #[error(
        "`{column}` of `{model}` cannot be written before migration {migration} is in phase dual-write \
         (run `cargo colmig run`); nothing was written"
    )]
    NotWritable {
        /// The model.
        model: &'static str,
        /// The column.
        column: &'static str,
        /// The migration that brings it.
        migration: &'static str,
    },
    /// The value cannot be stored yet: it would read back as another from the column whose
    /// place is taken, which other builds read until the migration is contracted. Nothing
    /// was written.
    #[error(
        "the value of `{column}` of `{model}` would read back as another from {legacy}, which builds of before \
         migration {migration} still read; nothing was written: give a value that `up` makes of what `down` makes of it, \
         or bring the migration to its end (`cargo colmig contract`)"
    )]
    NotReversible {
        /// The model.
        model: &'static str,
        /// The column.
        column: &'static str,
        /// The columns whose place it takes.
        legacy: String,
        /// The migration.
        migration: &'static str,
    },
    /// NULL cannot be stored yet: the column is still required, and builds of before the
    /// migration that lets it be NULL have no place for it. Nothing was written.
    #[error(
        "`{column}` of `{model}` cannot be NULL before migration {migration} is finished (`cargo colmig contract`): builds \
         of before it have no place for NULL; nothing was written"
    )]
    NotNullable {
        /// The model.
        model: &'static str,
        /// The column.
        column: &'static str,
        /// The migration.
        migration: &'static str,
    },
    /// A function of the application, `up_fn` or `backfill_fn`, finds no value of the field for
    /// what the row holds.
    #[error(
        "what the row holds for `{column}` of `{model}` does not convert: {reason}; mend the row, or the function that \
         `up_fn` or `backfill_fn` names"
    )]
    NotConvertible {
        /// The model.
        model: &'static str,
        /// The column.
        column: &'static str,
        /// What the function says.
        reason: String,
    },
    /// What a field holds is known to a function of the application only, which no database can call.
    #[error(
        "`{column}` of `{model}` is read through the function that `up_fn` or `backfill_fn` names, which no database can call: \
         read by the accessors, and search by something else, until reads come from the new column: with `up_fn` after \
         `cargo colmig switch --reads target`, with `backfill_fn` once every row is filled"
    )]
    InRust {
        /// The model.
        model: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The tail of a query cannot be used.
    #[error("in the query on `{model}`, `{tail}`: {reason}")]
    Tail {
        /// The model.
        model: &'static str,
        /// The tail.
        tail: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// An update without a single field.
    #[error("the update of `{model}` sets no field")]
    NothingSet {
        /// The model.
        model: &'static str,
    },
    /// What is known of the phases is too old to be relied on, and could not be read anew.
    #[error(
        "the phases in flight for `{model}` are not known: call an accessor first, or look at why the database is not reached"
    )]
    ViewStale {
        /// The model.
        model: &'static str,
    },
    /// The lease of this instance has run out, and nothing is written before it is renewed:
    /// others may have gone on to a phase that this instance has not heard of.
    #[error(
        "{model}: the lease of this instance has run out ({reason}); nothing was written: try again, and look at \
         why the database was not reached for so long, or this process did not run"
    )]
    LeaseExpired {
        /// The model that was accessed, or what else was done.
        model: &'static str,
        /// Why it was not renewed.
        reason: String,
    },
    /// The lease of this instance ran out while a statement was under way. It may have been
    /// executed or not, and what it wrote may be lost.
    #[error(
        "{model}: the lease of this instance ran out while the statement was under way, so nobody knows whether it was \
         executed: read what is there before it is written again"
    )]
    OutcomeUnknown {
        /// The model that was accessed, or what else was done.
        model: &'static str,
    },
    /// This build does not know a column, and the migration that brought it has ended, or is
    /// ending, what served such builds.
    #[error(
        "this build is too old for the database: `{model}` does not know the column `{column}`, and migration {migration} \
         is in contract or finished; deploy a build from after `cargo colmig generate` wrote that migration"
    )]
    TooOld {
        /// The model.
        model: &'static str,
        /// The column.
        column: String,
        /// The migration that brought it.
        migration: String,
    },
    /// This build takes a column for nullable that is required, or the other way round, and the
    /// migration that altered it has ended, or is ending, what served such builds.
    #[error(
        "this build is too old for the database: `{model}` knows the column `{column}` as it was before migration \
         {migration}, which is in contract or finished; deploy a build from after `cargo colmig generate` wrote that migration"
    )]
    Outdated {
        /// The model.
        model: &'static str,
        /// The column.
        column: String,
        /// The migration that altered it.
        migration: String,
    },
    /// This build does not know which checks and foreign keys a migration brings to its table, or
    /// takes: it may write what the database refuses by now, or read what it takes for impossible.
    #[error(
        "this build is too old for the database: `{model}` does not know which checks or foreign keys of its table come or go by \
         migration {migration}, which is in contract or finished; deploy a build from after `cargo colmig generate` wrote that migration"
    )]
    Unconstrained {
        /// The model.
        model: &'static str,
        /// The migration.
        migration: String,
    },
    /// This build uses a table that a migration has dropped, or is dropping.
    #[error(
        "this build is too old for the database: `{model}` stands for the table `{table}`, which migration {migration} drops or \
         renames, and that is in contract or finished; deploy a build from after `cargo colmig generate` wrote that migration"
    )]
    TableGone {
        /// The model.
        model: &'static str,
        /// The table.
        table: &'static str,
        /// The migration that drops it.
        migration: String,
    },
    /// This build uses a column that a migration has dropped, or is dropping.
    #[error(
        "this build is too old for the database: `{model}` uses the column `{column}`, which migration {migration} drops, and \
         that is in contract or finished; deploy a build from after `cargo colmig generate` wrote that migration"
    )]
    ColumnGone {
        /// The model.
        model: &'static str,
        /// The column.
        column: String,
        /// The migration that drops it.
        migration: String,
    },
    /// This build takes a column for there for good, and the migration that brings it has
    /// not come that far on this database: to the end of switch-reads, or of contract where the
    /// column takes the place of others.
    #[error(
        "this build is too new for the database: `{model}` relies on the column `{column}`, and migration {migration} has not \
         come that far here; run `cargo colmig run` on this database, and `cargo colmig contract` where columns take the place \
         of others, or deploy a build from before the migration was contracted in the source"
    )]
    TooNew {
        /// The model.
        model: &'static str,
        /// The column.
        column: String,
        /// The migration that brings it.
        migration: String,
    },
    /// This build takes a table for renamed for good, and the migration that renames it is not
    /// in contract yet on this database.
    #[error(
        "this build is too new for the database: `{model}` stands for the table `{table}`, and migration {migration}, which gives \
         it that name, has not come that far here; run `cargo colmig contract` on this database, or deploy a build from before the \
         migration was contracted in the source"
    )]
    TableTooNew {
        /// The model.
        model: &'static str,
        /// The table, by its new name.
        table: &'static str,
        /// The migration that renames it.
        migration: String,
    },
    /// Generated code and runtime do not fit together.
    #[error(
        "`{model}` and its generated code do not agree: {reason}; build both with the same version of colmig"
    )]
    Mismatch {
        /// The model.
        model: &'static str,
        /// What does not agree.
        reason: &'static str,
    },
}

impl Error {
    /// The driver's error, for its codes and constraints.
    pub fn as_sqlx(&self) -> Option<&sqlx::Error> {
        match self {
            Error::Database { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The error of MongoDB's driver, for its codes and labels.
    #[cfg(feature = "mongodb")]
    pub fn as_mongodb(&self) -> Option<&mongodb::error::Error> {
        match self {
            Error::MongoDb { source, .. } => Some(source),
            _ => None,
        }
    }

    #[cfg(feature = "mongodb")]
    pub(crate) fn mongodb(model: &'static str, source: impl Into<mongodb::error::Error>) -> Error {
        Error::MongoDb {
            model,
            source: Box::new(source.into()),
        }
    }

    /// Whether the database refused the statement because a row with that unique key exists.
    pub fn is_unique_violation(&self) -> bool {
        #[cfg(feature = "mongodb")]
        if let Error::MongoDb { source, .. } = self {
            return crate::mongodb::is_duplicate(source);
        }
        self.is_kind(sqlx::error::ErrorKind::UniqueViolation)
    }

    /// Whether the database refused the statement for this kind of reason.
    pub(crate) fn is_kind(&self, kind: sqlx::error::ErrorKind) -> bool {
        self.as_sqlx()
            .and_then(sqlx::Error::as_database_error)
            .is_some_and(|error| error.kind() == kind)
    }
}

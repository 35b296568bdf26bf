//! What databases of tables differ in, as named data. Changes ask for these; none asks which
//! database it is.

use crate::Sql;

/// What one database can do, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// How a column that is already there comes to refuse NULL.
    pub not_null: NotNullForm,
    /// How a check comes to a table that is already there.
    pub check: CheckForm,
    /// How a foreign key comes to a table that is already there.
    pub reference: ReferenceForm,
    /// How an index is built beside live traffic.
    pub index: IndexForm,
    /// What an index may be made of.
    pub indexing: Indexing,
    /// The bytes of a row that an index holds at most, where the database makes another index of
    /// what is longer, and says nothing; none where it refuses.
    pub index_bytes: Option<u32>,
    /// How the default of a column that is already there is set.
    pub default: DefaultForm,
    /// Where what is said of a column is kept.
    pub comment: CommentForm,
    /// Where types are kept of which the values are listed.
    pub enums: EnumForm,
    /// How a type becomes one that holds more, in place.
    pub widening: WideningForm,
    /// How a table gets another name.
    pub rename: RenameForm,
    /// Whether several can write at the same time.
    pub writers: Writers,
}

/// Whether several transactions can write to a database at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// As long as they write different rows: a backfill is divided among workers.
    Many,
    /// One after the other.
    One,
}

/// How NOT NULL is added to a table that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNullForm {
    /// A check that is validated under a lock that blocks nobody proves it first.
    Validated,
    /// By a copy of the table that the server makes while everybody reads and writes.
    Rebuilt,
    /// A column cannot be altered: triggers refuse what the constraint would refuse.
    Triggers,
}

/// How a check is added to a table that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckForm {
    /// Added without looking at old rows, then validated under a lock that blocks nobody.
    Validated,
    /// Not without a copy for which writers wait: triggers refuse what the check would refuse.
    Triggers,
}

/// How a foreign key is added to a table that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceForm {
    /// Added without looking at old rows, then validated under a lock that blocks nobody.
    Validated,
    /// Added without looking at old rows, which a search has to find in order.
    Searched,
    /// Not at all: it comes with its table.
    WithTable,
}

/// How an index is built on a table that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexForm {
    /// While others write; a failed try leaves an invalid index behind.
    Concurrent,
    /// While others write; a failed try leaves nothing behind.
    Beside,
    /// In one transaction, for which writers wait.
    BlocksWriters,
}

/// What an index may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexing {
    /// Methods, operator classes, columns beside those that it is over, and NULL at either end.
    Methods,
    /// B-trees and nothing else, with NULL before all values.
    Trees,
    /// B-trees over whole columns of all rows, with NULL before all values.
    Plain,
}

/// Where what is said of a column to people is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentForm {
    /// With the column, by a statement of its own.
    OnColumn,
    /// In the column's definition, with which it comes.
    InDefinition,
    /// Nowhere: there is nothing to do.
    Nowhere,
}

/// Where types are kept of which the values are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumForm {
    /// With the types of the database, for all of its tables.
    Types,
    /// Nowhere: what a column holds is what the application stores in it.
    Nowhere,
}

/// How the type of a column that is there becomes one that holds more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WideningForm {
    /// By altering the type, where the values are the same bytes in both.
    Altered,
    /// By defining the column anew, where the values and what says how long they are stay the same
    /// bytes.
    Redefined,
    /// Not at all, and no sizes are kept: between names of one kind there is nothing to do.
    Sizeless,
}

/// How a table gets another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenameForm {
    /// While a view that can be written stands for it under the other one.
    BesideView,
    /// At once and for all: there is nothing that can stand for a table.
    Alone,
}

/// How a default is set on a column that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultForm {
    /// By altering the column.
    Altered,
    /// A column cannot be altered: a trigger fills what an insert leaves out.
    Trigger,
}

impl Sql {
    /// Whether what is said of a column to people is kept with it.
    pub const fn keeps_comments(self) -> bool {
        matches!(self.capabilities().comment, CommentForm::OnColumn)
    }

    /// What this database can do.
    pub const fn capabilities(self) -> Capabilities {
        match self {
            Sql::Postgres => Capabilities {
                not_null: NotNullForm::Validated,
                check: CheckForm::Validated,
                reference: ReferenceForm::Validated,
                index: IndexForm::Concurrent,
                indexing: Indexing::Methods,
                index_bytes: None,
                default: DefaultForm::Altered,
                comment: CommentForm::OnColumn,
                enums: EnumForm::Types,
                widening: WideningForm::Altered,
                rename: RenameForm::BesideView,
                writers: Writers::Many,
            },
            Sql::MariaDb => Capabilities {
                not_null: NotNullForm::Rebuilt,
                check: CheckForm::Triggers,
                reference: ReferenceForm::Searched,
                index: IndexForm::Beside,
                indexing: Indexing::Plain,
                index_bytes: Some(3072),
                default: DefaultForm::Altered,
                comment: CommentForm::InDefinition,
                enums: EnumForm::Nowhere,
                widening: WideningForm::Redefined,
                rename: RenameForm::Alone,
                writers: Writers::Many,
            },
            Sql::Sqlite => Capabilities {
                not_null: NotNullForm::Triggers,
                check: CheckForm::Triggers,
                reference: ReferenceForm::WithTable,
                index: IndexForm::BlocksWriters,
                indexing: Indexing::Trees,
                index_bytes: None,
                default: DefaultForm::Trigger,
                comment: CommentForm::Nowhere,
                enums: EnumForm::Nowhere,
                widening: WideningForm::Sizeless,
                rename: RenameForm::Alone,
                writers: Writers::One,
            },
        }
    }
}

//! What generated code uses, and nothing else should: no promise is made about it.

pub use core::any::Any;
pub use core::primitive::{str, usize};
pub use core::stringify;

use colmig_schema::Sql;

pub use crate::access::Reader;
pub use crate::backend::{Codec, codec};
pub use crate::convert::Convertible;
#[cfg(feature = "mongodb")]
pub use crate::document::{
    AsBson, DerivedDocument, Document, DocumentConverted, DocumentFilled, DocumentRule, Encode,
    decode, encode, encoded,
};
pub use crate::drift::{holds, lacks};
pub use crate::error::Result;
pub use crate::field::{KeyLike, Unknown, position};
pub use crate::fill::{Filled, input};
pub use crate::flight::Flights;
pub use crate::rule::{Converted, Gives, Rule};
pub use crate::tail::tail;
pub use crate::{
    __mariadb_codec as mariadb_codec, __postgres_codec as postgres_codec,
    __sqlite_codec as sqlite_codec,
};

#[cfg(feature = "mongodb")]
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
#[cfg(feature = "mariadb")]
pub use sqlx::MySql;
#[cfg(feature = "postgres")]
pub use sqlx::Postgres;
#[cfg(feature = "sqlite")]
pub use sqlx::Sqlite;

/// The codec of a field for PostgreSQL.
#[cfg(feature = "postgres")]
pub type PostgresCodec = Codec<Postgres>;
/// The codec of a field for MariaDB.
#[cfg(feature = "mariadb")]
pub type MariaDbCodec = Codec<MySql>;
/// The codec of a field for SQLite.
#[cfg(feature = "sqlite")]
pub type SqliteCodec = Codec<Sqlite>;
/// Stands in where the driver is switched off.
#[cfg(not(feature = "postgres"))]
pub type PostgresCodec = core::convert::Infallible;
/// Stands in where the driver is switched off.
#[cfg(not(feature = "mariadb"))]
pub type MariaDbCodec = core::convert::Infallible;
/// Stands in where the driver is switched off.
#[cfg(not(feature = "sqlite"))]
pub type SqliteCodec = core::convert::Infallible;

/// Whether the phases are known, and not too old to be relied on: what every access to a
/// model in flight asks first. For benchmarks.
pub fn knows_phases(db: &crate::Db) -> bool {
    db.inner().views.fresh().is_some()
}

/// What [`field!`](crate::field) names fields of: a model of either kind, which the compiler finds out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "has no `#[derive(colmig::Model)]`"
)]
pub trait Named<Kind> {
    /// As in the trait that was derived.
    const MODEL: &'static str;
}

/// A model that is a table.
#[derive(Debug)]
pub struct OfTable;

/// A model that is a collection.
#[cfg(feature = "mongodb")]
#[derive(Debug)]
pub struct OfCollection;

impl<M: Derived> Named<OfTable> for M {
    const MODEL: &'static str = <M as Derived>::MODEL;
}

#[cfg(feature = "mongodb")]
impl<M: DerivedDocument> Named<OfCollection> for M {
    const MODEL: &'static str = <M as DerivedDocument>::MODEL;
}

/// What the derive writes for a struct. All else is [`Model`](crate::Model), which every
/// struct with this has.
///
/// It is small on purpose: what the compiler has to check for each model is a cost of
/// every build, and each item that a derive writes costs about what all the fields do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "has no `#[derive(colmig::Model)]`"
)]
pub trait Derived: Sized + Send + Sync + 'static {
    /// The primary key: the type of its field, or a tuple of several.
    type Key: Send + Sync + 'static;

    /// What is known without the type, in the lines that `Described::read` reads: to the
    /// compiler a text is one expression, however much it says.
    const MODEL: &'static str;

    /// Present where columns are in flight; the record in `MODEL` says which.
    const FLIGHTS: Option<&'static Flights> = None;

    /// The columns that are not called like their field, by position.
    const COLUMNS: &'static [(usize, &'static str)] = &[];

    /// How the fields whose types the library does not know go in and out, by position.
    const CUSTOM: &'static [(usize, Codecs)] = &[];

    /// The rules in Rust of the fields in flight that have one, by position.
    const RULES: &'static [(usize, &'static dyn Rule)] = &[];

    /// The value of a stored field, by its position.
    fn value(&self, field: usize) -> &dyn Any;

    /// A part of the primary key, by its position.
    fn key_part(key: &Self::Key, _: usize) -> &dyn Any {
        key
    }

    /// Reads the fields in their order.
    ///
    /// # Errors
    /// The database's value is no value of a field's type.
    fn read(reader: &mut Reader<'_>) -> Result<Self>;
}

/// A model without its type, as the derive writes it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The struct.
    pub(crate) model: &'static str,
    /// The table.
    pub(crate) table: &'static str,
    /// The stored fields, in the order of the struct, with `, ` between them.
    pub(crate) fields: &'static str,
    /// Those of the primary key.
    pub(crate) key: &'static str,
    /// The stored fields that PostgreSQL is asked for as another type than the column's, each
    /// with that type behind a blank, with `, ` between them.
    pub(crate) cast: &'static str,
    /// The position of the primary key among the stored fields, where it is one field. Every
    /// access by key asks, so that it is looked up in the compiler.
    pub(crate) key_alone: Option<usize>,
    /// The statements for each database, in the order of [`Sql::ALL`]; none for one that
    /// colmig.toml does not name, or while a column is in flight.
    pub(crate) plain: [Option<PlainSql>; Sql::ALL.len()],
    /// The record that the build was compared with; empty where there is none.
    pub(crate) record: &'static str,
}

/// The statements of a model with nothing in flight.
#[derive(Clone, Copy, Debug)]
pub struct PlainSql {
    /// One row by its key.
    pub(crate) find: &'static str,
    /// One row in.
    pub(crate) insert: &'static str,
    /// One row out, by its key.
    pub(crate) delete: &'static str,
}

impl Described {
    /// Reads the lines that the derive writes: each a word and what it stands for, in this
    /// order, the statements once for all databases that share them.
    ///
    /// # Panics
    /// In the compiler, if the derive is of another version.
    pub(crate) const fn read(text: &'static str) -> Described {
        let (model, rest) = line(text, "model ");
        let (table, rest) = line(rest, "table ");
        let (fields, rest) = line(rest, "fields ");
        let (key, mut rest) = line(rest, "key ");
        let cast = match begins(rest, "cast ") {
            true => {
                let (cast, after) = line(rest, "cast ");
                rest = after;
                cast
            }
            false => "",
        };
        let mut plain = [const { None }; Sql::ALL.len()];
        while !begins(rest, "record") {
            let (databases, after) = line(rest, "databases ");
            let (find, after) = line(after, "find ");
            let (insert, after) = line(after, "insert ");
            let (delete, after) = line(after, "delete ");
            let mut database = 0;
            while database < Sql::ALL.len() {
                if index_of(databases, Sql::ALL[database].name()).is_some() {
                    plain[database] = Some(PlainSql {
                        find,
                        insert,
                        delete,
                    });
                }
                database += 1;
            }
            rest = after;
        }
        let (_, record) = line(rest, "record");
        Described {
            model,
            table,
            fields,
            key,
            cast,
            key_alone: match contains_comma(key) {
                true => None,
                false => index_of(fields, key),
            },
            plain,
            record,
        }
    }
}

/// The first line of a text without the word that it begins with, and what follows it.
/// Iterators and patterns are not `const`.
const fn line(text: &'static str, word: &str) -> (&'static str, &'static str) {
    assert!(
        begins(text, word),
        "the derive is of another version of colmig: build both with the same"
    );
    let bytes = text.as_bytes();
    let mut end = word.len();
    while end < bytes.len() && bytes[end] != b'\n' {
        end += 1;
    }
    let (line, rest) = text.split_at(end);
    let (_, line) = line.split_at(word.len());
    let (_, rest) = rest.split_at(if rest.is_empty() { 0 } else { 1 });
    (line, rest)
}

const fn contains_comma(text: &str) -> bool {
    let text = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        if text[at] == b',' {
            return true;
        }
        at += 1;
    }
    false
}

pub(crate) const fn begins(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let mut at = 0;
    while at < word.len() {
        if at >= text.len() || text[at] != word[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// What the library knows of a model without its type.
#[derive(Debug)]
pub struct Descriptor {
    pub(crate) described: Described,
    pub(crate) flights: Option<&'static Flights>,
    pub(crate) columns: &'static [(usize, &'static str)],
    pub(crate) custom: &'static [(usize, Codecs)],
    pub(crate) rules: &'static [(usize, &'static dyn Rule)],
    /// The field in which documents say which version of the model they satisfy, and that of this
    /// build.
    #[cfg(feature = "mongodb")]
    pub(crate) version: Option<(&'static str, i32)>,
    /// Those of a collection.
    #[cfg(feature = "mongodb")]
    pub(crate) document_rules: &'static [(usize, &'static dyn DocumentRule)],
}

impl std::ops::Deref for Descriptor {
    type Target = Described;

    fn deref(&self) -> &Described {
        &self.described
    }
}

impl Descriptor {
    /// The stored fields, as the struct writes them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.split(", ")
    }

    /// The columns of the stored fields.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let fields = self.fields().enumerate();
        fields.map(|(position, field)| {
            let mut renamed = self.columns.iter();
            match renamed.find(|(renamed, _)| *renamed == position) {
                Some((_, column)) => column,
                None => field.strip_prefix("r#").unwrap_or(field),
            }
        })
    }

    /// The type as which a stored field is read, where that is not the column's own.
    pub(crate) fn read_as(&self, field: &str, database: Sql) -> Option<&'static str> {
        let Described { cast, .. } = self.described;
        if database != Sql::Postgres || cast.is_empty() {
            return None;
        }
        let mut casts = cast.split(", ").filter_map(|cast| cast.split_once(' '));
        casts.find(|(of, _)| *of == field).map(|(_, ty)| ty)
    }

    /// The column of a stored field.
    pub(crate) fn column(&self, field: usize) -> &'static str {
        self.columns().nth(field).unwrap_or_default()
    }

    /// The positions of the primary key among the stored fields.
    pub(crate) fn key(&self) -> impl Iterator<Item = usize> {
        KeyFields {
            alone: self.key_alone,
            fields: self.fields,
            rest: if self.key_alone.is_some() {
                ""
            } else {
                self.key
            },
        }
    }

    /// The rule in Rust of a field.
    pub(crate) fn rule(&self, field: usize) -> Option<&'static dyn Rule> {
        let rule = self.rules.iter().find(|(of, _)| *of == field);
        rule.map(|(_, rule)| *rule)
    }

    /// The rule in Rust of a field of documents.
    #[cfg(feature = "mongodb")]
    pub(crate) fn document_rule(&self, field: usize) -> Option<&'static dyn DocumentRule> {
        let rule = self.document_rules.iter().find(|(of, _)| *of == field);
        rule.map(|(_, rule)| *rule)
    }

    /// The codecs of a field whose type the library does not know.
    pub(crate) fn custom(&self, field: usize) -> Option<&'static Codecs> {
        let custom = self.custom.iter().find(|(custom, _)| *custom == field);
        custom.map(|(_, codecs)| codecs)
    }
}

/// The positions of the primary key's fields. It is on the way of every access by key, where
/// splitting a text costs more than all else.
struct KeyFields {
    alone: Option<usize>,
    fields: &'static str,
    rest: &'static str,
}

impl Iterator for KeyFields {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self.alone.take() {
            Some(alone) => Some(alone),
            None if self.rest.is_empty() => None,
            None => {
                let (part, rest) = self.rest.split_once(", ").unwrap_or((self.rest, ""));
                self.rest = rest;
                index_of(self.fields, part)
            }
        }
    }
}

/// The codecs of a field, for each database that its model is generated for.
#[derive(Clone, Copy, Debug)]
pub struct Codecs {
    /// PostgreSQL.
    pub postgres: Option<PostgresCodec>,
    /// MariaDB.
    pub mariadb: Option<MariaDbCodec>,
    /// SQLite.
    pub sqlite: Option<SqliteCodec>,
}

impl Codecs {
    /// None yet.
    pub const NONE: Codecs = Codecs {
        postgres: None,
        mariadb: None,
        sqlite: None,
    };

    /// With that for PostgreSQL.
    pub const fn postgres(self, postgres: Option<PostgresCodec>) -> Codecs {
        Codecs { postgres, ..self }
    }

    /// With that for MariaDB.
    pub const fn mariadb(self, mariadb: Option<MariaDbCodec>) -> Codecs {
        Codecs { mariadb, ..self }
    }

    /// With that for SQLite.
    pub const fn sqlite(self, sqlite: Option<SqliteCodec>) -> Codecs {
        Codecs { sqlite, ..self }
    }
}

/// The place of a name in a list with `, ` between the names; a raw identifier is called like
/// what it stands for. Iterators are not `const`.
pub(crate) const fn index_of(list: &str, name: &str) -> Option<usize> {
    let name = if begins(name, "r#") {
        name.split_at("r#".len()).1.as_bytes()
    } else {
        name.as_bytes()
    };
    let list = list.as_bytes();
    let (mut at, mut index) = (0, 0);
    while at < list.len() {
        if at + 1 < list.len() && list[at] == b'r' && list[at + 1] == b'#' {
            at += "r#".len();
        }
        let mut same = 0;
        while same < name.len() && at + same < list.len() && list[at + same] == name[same] {
            same += 1;
        }
        let end = at + same;
        if same == name.len() && (end == list.len() || list[end] == b',') {
            return Some(index);
        }
        while at < list.len() && list[at] != b',' {
            at += 1;
        }
        at += ", ".len();
        index += 1;
    }
    None
}

/// The codec of a type for PostgreSQL, if its driver is on.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codec {
    ($ty:ty) => {
        ::core::option::Option::Some($crate::__private::codec::<$crate::__private::Postgres, $ty>())
    };
}

/// The codec of a type for PostgreSQL, if its driver is on.
#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codec {
    ($ty:ty) => {
        ::core::option::Option::None
    };
}

/// The codec of a type for MariaDB, if its driver is on.
#[cfg(feature = "mariadb")]
#[doc(hidden)]
#[macro_export]
macro_rules! __mariadb_codec {
    ($ty:ty) => {
        ::core::option::Option::Some($crate::__private::codec::<$crate::__private::MySql, $ty>())
    };
}

/// The codec of a type for MariaDB, if its driver is on.
#[cfg(not(feature = "mariadb"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mariadb_codec {
    ($ty:ty) => {
        ::core::option::Option::None
    };
}

/// The codec of a type for SQLite, if its driver is on.
#[cfg(feature = "sqlite")]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codec {
    ($ty:ty) => {
        ::core::option::Option::Some($crate::__private::codec::<$crate::__private::Sqlite, $ty>())
    };
}

/// The codec of a type for SQLite, if its driver is on.
#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codec {
    ($ty:ty) => {
        ::core::option::Option::None
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whole() {
        let list = "id, r#type, type_of, é";
        for (index, name) in list.split(", ").enumerate() {
            assert_eq!(index_of(list, name), Some(index), "{name}");
        }
        assert_eq!(index_of(list, "type"), Some(1));
        for name in ["", "i", "typ", "type_", "idx", "e", "d"] {
            assert_eq!(index_of(list, name), None, "{name}");
        }
        assert_eq!(index_of("", "id"), None);
    }

    #[test]
    fn every_part_of_a_key_is_found() {
        for (key, positions) in [
            ("depot", vec![0]),
            ("depot, id", vec![0, 1]),
            ("id, r#type, depot", vec![1, 2, 0]),
        ] {
            let text = format!("model P\ntable p\nfields depot, id, r#type\nkey {key}\nrecord\n");
            let descriptor = Descriptor {
                described: Described::read(text.leak()),
                flights: None,
                columns: &[],
                custom: &[],
                rules: &[],
                #[cfg(feature = "mongodb")]
                version: None,
                #[cfg(feature = "mongodb")]
                document_rules: &[],
            };
            let found: Vec<usize> = descriptor.key().collect();
            assert_eq!(found, positions, "{key}");
        }
    }

    #[test]
    fn what_the_derive_writes_is_read() {
        let read = Described::read(
            "model User\ntable the users\nfields id, r#type\nkey id\n\
             databases sqlite\nfind F\ninsert I 1\ndelete D\nrecord\ncolmig 1\nmore\n",
        );
        assert_eq!((read.model, read.table), ("User", "the users"));
        assert_eq!((read.fields, read.key), ("id, r#type", "id"));
        let [postgres, mariadb, sqlite] = read.plain;
        assert!(mariadb.is_none());
        assert!(postgres.is_none());
        let sqlite = sqlite.unwrap();
        assert_eq!(
            (sqlite.find, sqlite.insert, sqlite.delete),
            ("F", "I 1", "D")
        );
        assert_eq!(read.record, "colmig 1\nmore\n");
        let in_flight = Described::read("model U\ntable u\nfields id\nkey id\nrecord\n");
        assert!(in_flight.plain.iter().all(Option::is_none));
        assert_eq!(in_flight.record, "");
    }
}

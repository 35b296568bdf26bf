//! A model: what one struct says about one table.

mod bson;
mod constraint;
mod dialected;
mod family;
mod fingerprint;
mod index;
#[cfg(feature = "plan")]
mod lengthened;
mod name;
mod types;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use bson::{ANY, BSON_TYPES};
pub use constraint::{NamedCheck, Naming, constraint_name, not_null_name};
#[cfg(feature = "plan")]
pub(crate) use constraint::{check_ending, numbered_ending, reference_ending};
pub use dialected::Dialected;
#[cfg(feature = "plan")]
pub(crate) use family::stored_alike;
pub use family::{Clock, Sized};
#[cfg(feature = "plan")]
pub(crate) use fingerprint::hash;
pub use index::{Index, IndexPart, Indexed, Nulls};
#[cfg(feature = "plan")]
pub(crate) use lengthened::{Lengthening, Lengthy};
pub use name::bounded_name;
#[cfg(feature = "files")]
pub(crate) use name::{fingerprint as fingerprint_word, not_empty};
pub use types::{ColumnType, Enumerated};

/// One struct with `#[derive(Model)]`, and so one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The name of the struct.
    #[serde(deserialize_with = "name::not_empty")]
    pub name: String,
    /// The table, as the database knows it.
    #[serde(deserialize_with = "name::not_empty")]
    pub table: String,
    /// Whether it is a collection of MongoDB. Its columns are the fields of its documents then, each of
    /// a [`ColumnType::Custom`] that names a type of BSON.
    #[serde(default, skip_serializing_if = "is_false")]
    pub collection: bool,
    /// The name that the table had. It counts while the table is on its way to its new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The columns, in the order of the fields.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
    /// Indexes that the struct itself declares, in their order.
    #[serde(default, rename = "index", skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Checks that the struct itself declares, in their order.
    #[serde(default, rename = "check", skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

/// One field, and so one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The name of the column.
    #[serde(deserialize_with = "name::not_empty")]
    pub name: String,
    /// The name of the field, without `r#`.
    pub field: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Whether the field is an `Option`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Whether documents may lack the field, though it is no `Option`: serde has a default for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_lack: bool,
    /// Whether the column belongs to the primary key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
    /// Whether it says which version of the model a document satisfies. No field of the struct stands
    /// for it: the accessors write it by themselves.
    #[serde(default, skip_serializing_if = "is_false")]
    pub version: bool,
    /// The database's default, an SQL expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Dialected>,
    /// Whether the column has an index of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub index: bool,
    /// Whether the column has a unique index of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// A condition that every row must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Dialected>,
    /// What the database knows that condition by.
    #[serde(default, skip_serializing_if = "Naming::is_default")]
    pub check_naming: Naming,
    /// The column that this one refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
    /// What the database says of it to people. Builds do not compare it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What holds only while the column is on its way.
    #[serde(default, skip_serializing_if = "Transition::is_empty")]
    pub transition: Transition,
}

/// How a column comes to be. It says nothing about the column once it is there,
/// so it may leave the struct when the migration is finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The value of rows that are older than the column, an SQL expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<Dialected>,
    /// The value of rows that are older than the column, by a function in Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill_fn: Option<BackfillFn>,
    /// The name that the column had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The columns that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaces>,
}

impl Transition {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Transition::default()
    }

    /// The functions from legacy to target and back, where the rule is in Rust.
    pub fn in_rust(&self) -> Option<(&str, &str)> {
        let replaces = self.replaces.as_ref()?;
        Some((replaces.up_fn.as_deref()?, replaces.down_fn.as_deref()?))
    }

    /// The columns whose place the column takes, under whichever attribute.
    pub fn legacy(&self) -> &[String] {
        match (&self.renamed_from, &self.replaces) {
            (Some(from), _) => std::slice::from_ref(from),
            (None, Some(replaces)) => &replaces.columns,
            (None, None) => &[],
        }
    }
}

/// A function of the application that says what older rows hold in a new column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackfillFn {
    /// The path of the function.
    pub function: String,
    /// The columns that it is called with, in the order of its parameters.
    pub columns: Vec<String>,
}

/// A column that takes the place of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    /// The legacy columns.
    pub columns: Vec<String>,
    /// From legacy to target, an SQL expression over the legacy columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Dialected>,
    /// From target to each legacy column, SQL expressions over the columns that take its
    /// place. Where several columns take the place of one, one of them says it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub down: BTreeMap<String, Dialected>,
    /// The path of the function from legacy to target, where the rule is in Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_fn: Option<String>,
    /// The path of the function from target to legacy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_fn: Option<String>,
}

/// A foreign key of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The table referred to.
    pub table: String,
    /// The column referred to.
    pub column: String,
    /// What the database knows it by.
    #[serde(default, skip_serializing_if = "Naming::is_default")]
    pub naming: Naming,
}

/// A condition that every row must satisfy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The condition, an SQL expression.
    pub condition: Dialected,
    /// What the database knows it by.
    #[serde(default, skip_serializing_if = "Naming::is_default")]
    pub naming: Naming,
}

impl Model {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column that says which version of the model a document satisfies, if one is to.
    pub fn version(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.version)
    }

    /// The columns of the primary key, in the order of the fields.
    pub fn key(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.primary_key)
    }

    /// Every index of the table: those of single columns first, in the order of
    /// the fields, then those that the struct declares.
    pub fn all_indexes(&self) -> Vec<Index> {
        self.columns
            .iter()
            .flat_map(Column::indexes)
            .chain(self.indexes.iter().cloned())
            .collect()
    }
}

impl Column {
    /// A required column of which no more is said. Its field is called like it.
    ///
    /// ```
    /// use colmig_schema::model::{Column, ColumnType};
    /// let nick = Column { nullable: true, ..Column::new("nick", ColumnType::Text) };
    /// assert_eq!((nick.field.as_str(), nick.primary_key), ("nick", false));
    /// ```
    pub fn new(name: &str, ty: ColumnType) -> Self {
        Column {
            name: name.to_owned(),
            field: name.to_owned(),
            ty,
            nullable: false,
            may_lack: false,
            primary_key: false,
            version: false,
            default: None,
            index: false,
            unique: false,
            check: None,
            check_naming: Naming::default(),
            references: None,
            comment: None,
            transition: Transition::default(),
        }
    }

    /// The column that says which version of the model a document satisfies. Documents from before it
    /// satisfy the first one.
    ///
    /// ```
    /// # use colmig_schema::model::Column;
    /// let version = Column::of_version("schema_version");
    /// assert!(version.version && !version.nullable);
    /// ```
    pub fn of_version(name: &str) -> Self {
        Column {
            version: true,
            transition: Transition {
                backfill: Some(Dialected::Same("1".to_owned())),
                ..Transition::default()
            },
            ..Column::new(name, ColumnType::Custom(Dialected::Same("int".to_owned())))
        }
    }

    /// The indexes that the column declares for itself.
    pub fn indexes(&self) -> Vec<Index> {
        let index = |unique| Index::over([self.name.as_str()], unique);
        let mut indexes = Vec::new();
        if self.unique {
            indexes.push(index(true));
        }
        // A unique index serves every look-up that a plain one would.
        if self.index && !self.unique {
            indexes.push(index(false));
        }
        indexes
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

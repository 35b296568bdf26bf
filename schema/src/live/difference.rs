//! One difference between a model and its table, and what settles it.

use std::fmt;

use serde::{Serialize, Serializer};

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The name by which it can be accepted: `default:users.plan`.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// How much it matters.
    pub weight: Weight,
    /// The table.
    pub table: String,
    /// The column of the model that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What differs, in words.
    pub what: String,
    /// What settles it: each of them does.
    #[serde(rename = "settled_by")]
    pub settles: Vec<Settle>,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The table itself.
    Table,
    /// A column that one of the two lacks.
    Column,
    /// The type of a column, with its collation and who fills it.
    Type,
    /// Whether a column may hold NULL.
    Nullability,
    /// The default of a column.
    Default,
    /// A column that an expression fills.
    Generated,
    /// The primary key.
    PrimaryKey,
    /// An index.
    Index,
    /// A unique index.
    Unique,
    /// A check.
    Check,
    /// A foreign key.
    ForeignKey,
    /// Words of the model that the database does not take.
    Words,
    /// The name under which the model's change would look for something.
    Name,
    /// Something on the table that colmig has no word for.
    Other,
    /// Migrations of another project of colmig's.
    State,
}

impl Kind {
    /// The name in an id.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Table => "table",
            Kind::Column => "column",
            Kind::Type => "type",
            Kind::Nullability => "nullability",
            Kind::Default => "default",
            Kind::Generated => "generated",
            Kind::PrimaryKey => "primary-key",
            Kind::Index => "index",
            Kind::Unique => "unique",
            Kind::Check => "check",
            Kind::ForeignKey => "foreign-key",
            Kind::Words => "words",
            Kind::Name => "name",
            Kind::Other => "other",
            Kind::State => "state",
        }
    }
}

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The accessors would fail.
    Blocks,
    /// The models would say what is not so; somebody may accept it.
    Differs,
    /// The database has more than the models say, and colmig leaves it alone.
    Note,
}

/// Where an attribute stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// On this field.
    Field(String),
    /// On this struct.
    Struct(String),
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (On::Field(name) | On::Struct(name)) = self;
        write!(f, "`{name}`")
    }
}

/// What settles a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settle {
    /// An attribute, in the place of one of that name if there is one.
    Attribute(On, String),
    /// An attribute less.
    Without(On, String),
    /// A field of the struct, new or in the place of the one that is there.
    Field(String),
    /// A statement, where people decide that the database is to change.
    Sql(String),
    /// What is to be done, in words.
    Words(String),
}

impl fmt::Display for Settle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Settle::Attribute(on, words) => write!(f, "write #[colmig({words})] on {on}"),
            Settle::Without(on, word) => write!(f, "take `{word}` off {on}"),
            Settle::Field(line) => write!(f, "write `{line}`"),
            Settle::Sql(sql) => write!(f, "execute `{sql}` on the database"),
            Settle::Words(words) => f.write_str(words),
        }
    }
}

/// For programs: one key that says which it is, and the words for people.
impl Serialize for Settle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            on: Option<&'a On>,
            #[serde(skip_serializing_if = "Option::is_none")]
            attribute: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            without: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            field: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            sql: Option<&'a str>,
            words: String,
        }
        let mut form = Form {
            on: None,
            attribute: None,
            without: None,
            field: None,
            sql: None,
            words: self.to_string(),
        };
        match self {
            Settle::Attribute(on, words) => {
                form.on = Some(on);
                form.attribute = Some(format!("#[colmig({words})]"));
            }
            Settle::Without(on, word) => {
                form.on = Some(on);
                form.without = Some(word);
            }
            Settle::Field(line) => form.field = Some(line),
            Settle::Sql(sql) => form.sql = Some(sql),
            Settle::Words(_) => {}
        }
        form.serialize(serializer)
    }
}

impl Difference {
    /// A difference of a table, to be told more about.
    pub(super) fn new(kind: Kind, weight: Weight, table: &str, name: &str, what: String) -> Self {
        let id = match name {
            "" => format!("{}:{table}", kind.name()),
            name => format!("{}:{table}.{name}", kind.name()),
        };
        Difference {
            id,
            kind,
            weight,
            table: table.to_owned(),
            column: None,
            what,
            settles: Vec::new(),
        }
    }

    /// Says which column of the model it is about.
    pub(super) fn of(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// Says what settles it; said again, it is one more way.
    pub(super) fn by(mut self, settle: Settle) -> Self {
        self.settles.push(settle);
        self
    }

    /// Whether `accepted` speaks of it: a kind, a kind and a table, or the id.
    ///
    /// ```
    /// # use colmig_schema::live::Kind;
    /// assert_eq!(Kind::PrimaryKey.name(), "primary-key");
    /// ```
    pub fn is_among(&self, accepted: &str) -> bool {
        match self.id.strip_prefix(accepted) {
            Some("") => true,
            // Nothing ends in the middle of a name.
            Some(rest) => match accepted.contains(':') {
                true => rest.starts_with('.') && accepted.ends_with(&self.table),
                false => rest.starts_with(':'),
            },
            None => false,
        }
    }

    /// What settles it, in one sentence.
    pub fn remedy(&self) -> String {
        let settles: Vec<String> = self.settles.iter().map(Settle::to_string).collect();
        settles.join("; or ")
    }
}

//! The words of `#[colmig(...)]`, each in this one place.

pub(super) const COLMIG: &str = "colmig";

pub(super) const BACKFILL: &str = "backfill";
pub(super) const BACKFILL_FN: &str = "backfill_fn";
pub(super) const BSON_TYPE: &str = "bson_type";
pub(super) const CHECK: &str = "check";
pub(super) const COLLECTION: &str = "collection";
pub(super) const COLUMN: &str = "column";
pub(super) const CRATE: &str = "crate";
pub(super) const DEFAULT: &str = "default";
pub(super) const DESC: &str = "desc";
pub(super) const DOWN: &str = "down";
pub(super) const DOWN_FN: &str = "down_fn";
pub(super) const EXPR: &str = "expr";
pub(super) const FLATTEN: &str = "flatten";
pub(super) const INCLUDE: &str = "include";
pub(super) const INDEX: &str = "index";
pub(super) const NULLS: &str = "nulls";
pub(super) const OPS: &str = "ops";
pub(super) const PRIMARY_KEY: &str = "primary_key";
pub(super) const REFERENCES: &str = "references";
pub(super) const RENAME_ALL: &str = "rename_all";
pub(super) const RENAMED_FROM: &str = "renamed_from";
pub(super) const REPLACES: &str = "replaces";
pub(super) const SCHEMA_VERSION: &str = "schema_version";
pub(super) const SKIP: &str = "skip";
pub(super) const SQL_TYPE: &str = "sql_type";
pub(super) const TABLE: &str = "table";
pub(super) const UNIQUE: &str = "unique";
pub(super) const UP: &str = "up";
pub(super) const UP_FN: &str = "up_fn";
pub(super) const USING: &str = "using";
pub(super) const VALUES: &str = "values";
pub(super) const WHERE: &str = "where";

/// Where an attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Struct,
    Field,
}

impl Place {
    /// The attributes that may stand here.
    pub(super) fn takes(self) -> &'static [&'static str] {
        match self {
            Place::Struct => &ON_STRUCT,
            Place::Field => &ON_FIELD,
        }
    }

    /// The attributes that may stand here more than once.
    pub(super) fn repeats(self) -> &'static [&'static str] {
        match self {
            Place::Struct => &[INDEX, UNIQUE, CHECK],
            Place::Field => &[],
        }
    }

    pub(super) fn other(self) -> Place {
        match self {
            Place::Struct => Place::Field,
            Place::Field => Place::Struct,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Place::Struct => "the struct",
            Place::Field => "a field",
        }
    }
}

/// What a struct takes, in the order of the docs.
pub const ON_STRUCT: [&str; 10] = [
    TABLE,
    COLLECTION,
    SCHEMA_VERSION,
    RENAMED_FROM,
    RENAME_ALL,
    PRIMARY_KEY,
    INDEX,
    UNIQUE,
    CHECK,
    CRATE,
];

/// What a field takes, in the order of the docs.
pub const ON_FIELD: [&str; 19] = [
    PRIMARY_KEY,
    COLUMN,
    SQL_TYPE,
    BSON_TYPE,
    VALUES,
    DEFAULT,
    BACKFILL,
    BACKFILL_FN,
    INDEX,
    UNIQUE,
    CHECK,
    REFERENCES,
    RENAMED_FROM,
    REPLACES,
    UP,
    DOWN,
    UP_FN,
    DOWN_FN,
    SKIP,
];

/// What `index(...)` and `unique(...)` take beside fields, in the order of the docs.
pub const IN_INDEX: [&str; 4] = [EXPR, WHERE, USING, INCLUDE];

/// What a field or an expression takes in an index, in the order of the docs.
pub const IN_INDEX_PART: [&str; 3] = [DESC, NULLS, OPS];

/// What says how a column comes to be, and has done its work once the column is there.
pub const TRANSITION: [&str; 8] = [
    BACKFILL,
    BACKFILL_FN,
    RENAMED_FROM,
    REPLACES,
    UP,
    DOWN,
    UP_FN,
    DOWN_FN,
];

/// What other derives call what we call otherwise: no likeness would find these.
pub(super) const ELSEWHERE: [(&str, &str); 8] = [
    ("foreign_key", REFERENCES),
    ("id", PRIMARY_KEY),
    ("ignore", SKIP),
    ("key", PRIMARY_KEY),
    ("name", COLUMN),
    ("pk", PRIMARY_KEY),
    ("rename", COLUMN),
    ("type", SQL_TYPE),
];

//! The types of BSON, by the names that validators have for them.

/// What says nothing of the type of a field.
pub const ANY: &str = "any";

/// The names that `bson_type` takes, in the order of the docs.
pub const BSON_TYPES: [&str; 16] = [
    ANY,
    "array",
    "binData",
    "bool",
    "date",
    "decimal",
    "double",
    "int",
    "javascript",
    "long",
    "number",
    "object",
    "objectId",
    "regex",
    "string",
    "timestamp",
];

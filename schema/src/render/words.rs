//! What databases say differently of a column and a key.

use crate::step::Key;
use crate::{Sql, Template};

/// How one database reads a column, and writes a value of the key.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) database: Sql,
    pub(super) parameter: fn(&Key, usize) -> String,
    /// Reads a column, for people.
    pub(super) text: fn(&str) -> String,
    /// Reads a column of the key, as what a parameter takes.
    pub(super) key: fn(&Key) -> String,
    /// A value as the type of a column.
    pub(super) cast: fn(&Template, &Key) -> Template,
}

//! What the shop keeps its customers in, and which of its files differ by it.

use crate::Result;

/// What the shop keeps its customers in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A table of a database of SQL.
    Table,
    /// A collection of MongoDB.
    Collection,
}

/// What differs.
pub(crate) struct Sources {
    /// What a build needs, and no driver more.
    pub(crate) dependencies: &'static str,
    /// How the shop is filled.
    pub(crate) seed: &'static str,
    /// The struct without the field.
    pub(crate) before: &'static str,
    /// The struct with it.
    pub(crate) after: &'static str,
    /// What the shop is full of.
    pub(crate) rows: &'static str,
}

impl Kind {
    /// By the URL of a database; without one it is a file of SQLite.
    pub(crate) fn of(url: Option<&str>) -> Result<Kind> {
        match url.and_then(|url| url.split_once(':')) {
            None if url.is_some() => Err("that is no URL of a database".into()),
            Some(("mongodb" | "mongodb+srv", _)) => Ok(Kind::Collection),
            _ => Ok(Kind::Table),
        }
    }

    pub(crate) fn sources(self) -> Sources {
        match self {
            Kind::Table => Sources {
                dependencies: include_str!("../shop/tables/dependencies.toml"),
                seed: include_str!("../shop/tables/seed.rs"),
                before: include_str!("../shop/tables/user_before.rs"),
                after: include_str!("../shop/tables/user_after.rs"),
                rows: "rows",
            },
            Kind::Collection => Sources {
                dependencies: include_str!("../shop/documents/dependencies.toml"),
                seed: include_str!("../shop/documents/seed.rs"),
                before: include_str!("../shop/documents/user_before.rs"),
                after: include_str!("../shop/documents/user_after.rs"),
                rows: "documents",
            },
        }
    }
}

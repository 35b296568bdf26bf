//! The model of the tests: one column of each kind that can be added.

/// A user, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "users")]
pub struct User {
    /// The primary key.
    #[colmig(primary_key)]
    pub id: i64,
    /// Known to the build before.
    pub first_name: String,
    /// Known to the build before.
    pub last_name: String,
    /// Required, and filled by a rule.
    #[colmig(
        backfill = "first_name || ' ' || last_name",
        check = "length(display_name) > 0",
        index
    )]
    pub display_name: String,
    /// Required, filled by a rule, and unique.
    #[colmig(backfill = "'user ' || id", unique)]
    pub handle: String,
    /// Required, with a default.
    #[colmig(default = "'free'")]
    pub plan: String,
    /// Nullable.
    pub nick: Option<String>,
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_users";

/// The migration that adds the columns.
pub const ADD: &str = "20260102000000_profile";

impl User {
    /// A user in whose row every new column holds what the rules and defaults give.
    pub fn plain(id: i64) -> User {
        User {
            id,
            first_name: format!("First{id}"),
            last_name: format!("Last{id}"),
            display_name: format!("First{id} Last{id}"),
            handle: format!("user {id}"),
            plan: "free".to_owned(),
            nick: None,
        }
    }
}

//! Members of a club, of which the newest build knows less than the one before.

/// A member, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "members")]
pub struct Member {
    /// The number.
    #[colmig(primary_key)]
    pub id: i64,
    /// The name.
    pub name: String,
    /// When it joined.
    pub joined: i64,
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_members";

/// The migration that drops what is not known any more: `points` and `badge`, which are
/// required and have no default, `badge` with an index; `note`, which may be NULL; and
/// `rank`, which has a default.
pub const DROP: &str = "20260102000000_drop_members_points_and_3_more";

/// SQL of the build before, which inserts the members with the numbers from `first` on.
pub fn insert_old(first: i64, rows: i64) -> String {
    format!(
        "INSERT INTO members (id, name, joined, points, badge) \
         WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
         SELECT id, 'Member ' || id, 0, id, 'silver' FROM ids"
    )
}

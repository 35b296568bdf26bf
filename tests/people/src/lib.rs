//! People, some of whose columns take the place of others: renamed, of another type, split
//! and merged.

/// A person, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "people")]
pub struct Person {
    /// The primary key.
    #[colmig(primary_key)]
    pub id: i64,
    /// Renamed: it was `nick`.
    #[colmig(renamed_from = "nick", index)]
    pub handle: String,
    /// Of another type: it was text.
    #[colmig(column = "age_2", replaces = "age")]
    pub age: i32,
    /// Split: `name` held both.
    #[colmig(
        replaces = "name",
        up(
            postgres = "rtrim(rtrim(name, replace(name, ' ', '')))",
            sqlite = "rtrim(rtrim(name, replace(name, ' ', '')))",
            mariadb = "RTRIM(LEFT(name, CHAR_LENGTH(name) - CHAR_LENGTH(SUBSTRING_INDEX(name, ' ', -1))))"
        ),
        down = "ltrim(first_name || ' ' || coalesce(last_name, ''))"
    )]
    pub first_name: String,
    /// Split: `name` held both.
    #[colmig(
        replaces = "name",
        up(
            postgres = "nullif(replace(name, rtrim(name, replace(name, ' ', '')), ''), '')",
            sqlite = "nullif(replace(name, rtrim(name, replace(name, ' ', '')), ''), '')",
            mariadb = "NULLIF(SUBSTRING_INDEX(name, ' ', -1), '')"
        )
    )]
    pub last_name: Option<String>,
    /// Merged: it was `street` and `town`.
    #[colmig(
        replaces("street", "town"),
        up = "street || ' ' || town",
        down(
            street(
                postgres = "rtrim(rtrim(address, replace(address, ' ', '')))",
                sqlite = "rtrim(rtrim(address, replace(address, ' ', '')))",
                mariadb = "RTRIM(LEFT(address, CHAR_LENGTH(address) - CHAR_LENGTH(SUBSTRING_INDEX(address, ' ', -1))))"
            ),
            town(
                postgres = "replace(address, rtrim(address, replace(address, ' ', '')), '')",
                sqlite = "replace(address, rtrim(address, replace(address, ' ', '')), '')",
                mariadb = "SUBSTRING_INDEX(address, ' ', -1)"
            )
        ),
        check = "length(address) > 2"
    )]
    pub address: String,
    /// Known to the build before.
    pub note: Option<String>,
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_people";

/// The migration that replaces the columns.
pub const REPLACE: &str = "20260102000000_replace";

impl Person {
    /// The person that [`insert_old`] inserts.
    pub fn plain(id: i64) -> Person {
        Person {
            id,
            handle: format!("nick{id}"),
            age: i32::try_from(id.rem_euclid(100)).unwrap_or_default(),
            first_name: format!("First{id}"),
            last_name: Some(format!("Last{id}")),
            address: format!("Street{id} Town{id}"),
            note: None,
        }
    }
}

/// SQL of the build before, which inserts people with the ids from `first` on.
pub fn insert_old(first: i64, rows: i64) -> String {
    format!(
        "INSERT INTO people (id, nick, age, name, street, town) \
         WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
         SELECT id, 'nick' || id, '' || (id % 100), 'First' || id || ' Last' || id, 'Street' || id, 'Town' || id FROM ids"
    )
}

//! What statements on colmig's own tables say differently. They name their columns by words that no
//! database reserves.

use crate::Sql;

impl Sql {
    /// What a cast to a whole number of 64 bits names.
    pub const fn as_integer(self) -> &'static str {
        match self {
            Sql::Postgres | Sql::Sqlite => "bigint",
            Sql::MariaDb => "signed",
        }
    }

    /// What a cast to text names.
    pub const fn as_text(self) -> &'static str {
        match self {
            Sql::Postgres | Sql::Sqlite => "text",
            Sql::MariaDb => "char",
        }
    }

    /// What goes between an `INSERT` and the columns that it sets where there is a row with this
    /// key; `key` lists its columns.
    ///
    /// ```
    /// use colmig_schema::Sql;
    /// for database in Sql::ALL {
    ///     let sql = format!(
    ///         "INSERT INTO t (id, n) VALUES (1, 2) {} n = {}",
    ///         database.or_set("id"),
    ///         database.inserted("n"),
    ///     );
    ///     assert!(sql.contains("n = "), "{sql}");
    /// }
    /// ```
    pub fn or_set(self, key: &str) -> String {
        match self {
            Sql::Postgres | Sql::Sqlite => format!("ON CONFLICT ({key}) DO UPDATE SET"),
            Sql::MariaDb => "ON DUPLICATE KEY UPDATE".to_owned(),
        }
    }

    /// The value that such an `INSERT` would have stored.
    pub fn inserted(self, column: &str) -> String {
        match self {
            Sql::Postgres | Sql::Sqlite => format!("excluded.{column}"),
            Sql::MariaDb => format!("VALUES({column})"),
        }
    }

    /// The columns, each set to what the `INSERT` would have stored.
    pub fn set_inserted(self, columns: &[&str]) -> String {
        let set = columns
            .iter()
            .map(|column| format!("{column} = {}", self.inserted(column)));
        set.collect::<Vec<_>>().join(", ")
    }
}

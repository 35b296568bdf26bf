//! What a transaction of the live traffic does, in the words of each database.

use colmig_schema::Sql;

/// One of two, about one row by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    Read,
    Update,
}

impl Errand {
    /// The statement, where the database speaks SQL.
    pub(crate) fn sql(self, of: Sql) -> &'static str {
        match (self, of) {
            (Errand::Read, Sql::MariaDb) => "SELECT first_name, email FROM customers WHERE id = ?",
            (Errand::Read, _) => "SELECT first_name, email FROM customers WHERE id = $1",
            (Errand::Update, Sql::MariaDb) => {
                "UPDATE customers SET balance = balance + 1, seen_at = now() WHERE id = ?"
            }
            (Errand::Update, Sql::Sqlite) => {
                "UPDATE customers SET balance = balance + 1, seen_at = CURRENT_TIMESTAMP WHERE id = $1"
            }
            (Errand::Update, _) => {
                "UPDATE customers SET balance = balance + 1, seen_at = now() WHERE id = $1"
            }
        }
    }
}

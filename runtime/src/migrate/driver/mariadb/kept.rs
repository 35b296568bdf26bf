//! Columns that change by themselves with every update, and that a backfill leaves as they are: they
//! say when somebody changed a row, and filling a column is no such change.

use std::collections::BTreeMap;

use colmig_schema::Sql;

use super::said::quoted;
use super::{MariaDb, text};
use crate::migrate::driver::{Driver as _, Failure};

/// The assignments that keep such columns, by table.
pub(super) type Kept = BTreeMap<String, String>;

/// What every update of a table of the application begins with.
const UPDATE: &str = "UPDATE ";

impl MariaDb {
    /// The statement; an update of rows of the application leaves those columns as they are.
    pub(super) async fn keeping(&mut self, sql: &str) -> Result<String, Failure> {
        let Some((table, set)) = parts(sql) else {
            return Ok(sql.to_owned());
        };
        let keep = match self.kept.get(&table) {
            Some(keep) => keep.clone(),
            None => {
                let found = self.kept_by_assignment(&table, set).await?;
                self.kept.insert(table.clone(), found.clone());
                found
            }
        };
        let at = sql.len() - set.len();
        Ok(format!("{}{keep}{set}", &sql[..at]))
    }

    async fn kept_by_assignment(&mut self, table: &str, set: &str) -> Result<String, Failure> {
        let sql = "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 \
                   AND EXTRA LIKE '%on update current_timestamp%' ORDER BY ORDINAL_POSITION";
        let rows = self.query(sql, &[table.into()]).await?;
        let names = rows.into_iter().flatten().filter_map(text);
        let kept = names.map(|name| Sql::MariaDb.ident(&name).to_string());
        // One that is filled is set by the statement itself.
        let kept = kept.filter(|name| !set.contains(&format!("{name} = ")));
        Ok(kept.map(|name| format!("{name} = {name}, ")).collect())
    }
}

/// The table of an update of rows of the application, and what follows `SET`.
fn parts(sql: &str) -> Option<(String, &str)> {
    let (table, after) = quoted(sql.strip_prefix(UPDATE)?)?;
    Some((table, after.strip_prefix(" SET ")?))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn the_table_of_an_update_is_found() {
        let sql = "UPDATE `a``b` SET `c` = 1\nWHERE `c` IS NULL";
        assert_eq!(
            parts(sql),
            Some(("a`b".to_owned(), "`c` = 1\nWHERE `c` IS NULL"))
        );
        assert_eq!(parts("UPDATE colmig_step SET a = 1"), None);
        assert_eq!(parts("UPDATE `a`, `b` SET c = 1"), None);
    }
}

//! Actions of foreign keys: they write rows, and fire no triggers.

use super::{MariaDb, text};
use crate::migrate::driver::{Driver as _, Failure};

impl MariaDb {
    /// The first action that writes one of the columns of a table.
    pub(super) async fn cascade_into(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<Option<String>, Failure> {
        // What a delete cascades to is gone on both sides.
        let sql = "SELECT CASE WHEN r.UPDATE_RULE IN ('CASCADE', 'SET NULL') THEN CONCAT('ON UPDATE ', r.UPDATE_RULE) \
                   ELSE CONCAT('ON DELETE ', r.DELETE_RULE) END, CONCAT(' of the foreign key `', r.CONSTRAINT_NAME, '`') \
                   FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k \
                   ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND k.TABLE_NAME = r.TABLE_NAME \
                   WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND r.TABLE_NAME = $1 AND k.COLUMN_NAME = $2 \
                   AND (r.UPDATE_RULE IN ('CASCADE', 'SET NULL') OR r.DELETE_RULE = 'SET NULL') ORDER BY r.CONSTRAINT_NAME";
        for column in columns {
            let rows = self
                .query(sql, &[table.into(), column.as_str().into()])
                .await?;
            if let Some(row) = rows.into_iter().next() {
                return Ok(Some(row.into_iter().filter_map(text).collect()));
            }
        }
        Ok(None)
    }
}

//! What is asked of tables.

use async_trait::async_trait;
use colmig_schema::script::Backfill;

use super::{MariaDb, count, hindrance, text};
use crate::migrate::driver::{
    Driver as _, Failure, Hindrance, IndexState, OWN_TRIGGERS, Row, Standstill, Tables, Triggers,
};

#[async_trait]
impl Tables for MariaDb {
    async fn user_triggers(&mut self, backfill: &Backfill) -> Result<Triggers, Failure> {
        let sql = "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() \
                   AND EVENT_OBJECT_TABLE = $1 AND EVENT_MANIPULATION = 'UPDATE' ORDER BY TRIGGER_NAME";
        let rows = self.query(sql, &[backfill.table.as_str().into()]).await?;
        let names = rows.into_iter().flatten().filter_map(text);
        let names: Vec<String> = names
            .filter(|name| !OWN_TRIGGERS.iter().any(|own| name.starts_with(own)))
            .collect();
        let unskippable = match names.as_slice() {
            [] => None,
            _ => Some("MariaDB cannot skip them".to_owned()),
        };
        Ok(Triggers { names, unskippable })
    }

    async fn divide(&mut self, backfill: &Backfill, parts: u64) -> Result<Vec<Row>, Failure> {
        self.keys_between(backfill, parts).await
    }

    async fn standstill(&mut self, statement: &str) -> Result<Option<Standstill>, Failure> {
        self.standstill_of(statement).await
    }

    async fn untriggered(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<Option<String>, Failure> {
        self.cascade_into(table, columns).await
    }

    async fn hindrance(&mut self, statement: &str) -> Result<Option<Hindrance>, Failure> {
        hindrance::look(self, statement).await
    }

    async fn index(&mut self, _drop: &str) -> Result<IndexState, Failure> {
        // An index is there, or it is not: what a failed build leaves, the server removes.
        Ok(IndexState::Missing)
    }

    async fn estimate(&mut self, table: &str) -> Result<Option<u64>, Failure> {
        let sql = "SELECT CAST(TABLE_ROWS AS signed) FROM information_schema.TABLES \
                   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1";
        let rows = self.query(sql, &[table.into()]).await?;
        Ok(rows.into_iter().flatten().find_map(count))
    }
}

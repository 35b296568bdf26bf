//! What is asked of tables.

use async_trait::async_trait;
use colmig_schema::script::Backfill;

use super::load::sampled_keys;
use super::weigh::{CATALOGUE, Catalogue};
use super::{COUNTED_UP_TO_BYTES, Postgres, count};
use crate::migrate::driver::{
    Driver as _, Failure, Hindrance, IndexState, Instead, Row, Tables, Triggers, Value,
};
use crate::migrate::estimate::Weight;

#[async_trait]
impl Tables for Postgres {
    async fn user_triggers(&mut self, backfill: &Backfill) -> Result<Triggers, Failure> {
        self.look_for_triggers(backfill).await
    }

    async fn hides_rows(&mut self, table: &str) -> Result<Option<String>, Failure> {
        self.look_for_policies(table).await
    }

    async fn divide(&mut self, backfill: &Backfill, parts: u64) -> Result<Vec<Row>, Failure> {
        let Some(rows @ 1..) = self.estimate(&backfill.table).await? else {
            return Ok(Vec::new());
        };
        self.query(&sampled_keys(backfill, rows, parts), &[]).await
    }

    async fn analyze_once(&mut self, table: &str) -> Result<(), Failure> {
        let quoted = colmig_schema::render::Ident(table).to_string();
        let sql = "SELECT 1 FROM pg_class WHERE oid = to_regclass($1) AND reltuples < 0";
        if !self.query(sql, &[quoted.as_str().into()]).await?.is_empty() {
            self.send(format!("ANALYZE {quoted}")).await?;
        }
        Ok(())
    }

    async fn by_partitions(&mut self, statement: &str) -> Result<Option<Vec<Instead>>, Failure> {
        self.statements_by_partitions(statement).await
    }

    async fn hindrance(&mut self, statement: &str) -> Result<Option<Hindrance>, Failure> {
        let refused = self.refused_by_partitions(statement).await?;
        Ok(refused.map(Hindrance::OfMigration))
    }

    async fn has_partitions(&mut self, table: &str) -> Result<bool, Failure> {
        self.is_partitioned(table).await
    }

    async fn index(&mut self, drop: &str) -> Result<IndexState, Failure> {
        // The name, quoted, is all that follows the words of the statement.
        let name = drop.find('"').map_or(drop, |start| &drop[start..]);
        let rows = self
            .query(
                "SELECT indisvalid, c.relkind = 'I' FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indexrelid = to_regclass($1)",
                &[name.into()],
            )
            .await?;
        Ok(match rows.first().map(Vec::as_slice) {
            Some([Value::Int(0), Value::Int(0)]) => IndexState::Invalid,
            Some([Value::Int(0), ..]) => IndexState::Partial,
            Some(_) => IndexState::Valid,
            None => IndexState::Missing,
        })
    }

    async fn estimate(&mut self, table: &str) -> Result<Option<u64>, Failure> {
        let quoted = colmig_schema::render::Ident(table).to_string();
        let sql = "SELECT reltuples::bigint, pg_relation_size(oid) FROM pg_class WHERE oid = to_regclass($1)";
        let rows = self.query(sql, &[quoted.as_str().into()]).await?;
        match rows.first().map(Vec::as_slice) {
            // A table that nobody has analysed yet says -1.
            Some([Value::Int(rows @ 0..), ..]) => Ok(u64::try_from(*rows).ok()),
            Some([_, Value::Int(0..=COUNTED_UP_TO_BYTES)]) => {
                let counted = self
                    .query(&format!("SELECT count(*) FROM {quoted}"), &[])
                    .await?;
                Ok(counted.into_iter().flatten().find_map(count))
            }
            _ => Ok(None),
        }
    }

    async fn weigh(&mut self, table: &str, rows: u64) -> Result<Option<Weight>, Failure> {
        let quoted = colmig_schema::render::Ident(table).to_string();
        let found = self.query(CATALOGUE, &[quoted.as_str().into()]).await?;
        let catalogue = found.first().and_then(Catalogue::read);
        Ok(catalogue.map(|catalogue| catalogue.weight(rows)))
    }
}

//! Statements for which all nodes of a Galera cluster stand still: each node executes a change of a
//! table in the place of all writes, so one that reads or writes the whole table takes as long as
//! that from every writer of every table.

use super::said::{Doing, Said};
use super::{MariaDb, count};
use crate::migrate::driver::{Driver as _, Failure, Standstill, Tables as _};

impl MariaDb {
    pub(super) async fn standstill_of(
        &mut self,
        statement: &str,
    ) -> Result<Option<Standstill>, Failure> {
        let Some(Said { table, doing, .. }) = Said::read(statement) else {
            return Ok(None);
        };
        if !doing.takes_long()
            || !self.is_clustered().await?
            || self.is_done(&table, &doing).await?
        {
            return Ok(None);
        }
        let rows = self.estimate(&table).await?.unwrap_or_default();
        Ok(Some(Standstill {
            table,
            rows,
            why: "Galera has every node execute it in the place of all writes".to_owned(),
            apart: "on each node in turn, with `SET SESSION wsrep_OSU_method = 'RSU'`, after its traffic was sent to the others (beside writers it can wait for ever)".to_owned(),
        }))
    }

    /// Servers that cannot be a node do not have the variable.
    async fn is_clustered(&mut self) -> Result<bool, Failure> {
        let sql = "SELECT COUNT(*) FROM information_schema.SESSION_VARIABLES \
                   WHERE VARIABLE_NAME = 'WSREP_ON' AND VARIABLE_VALUE = 'ON'";
        Ok(self.number(sql, &[]).await? > 0)
    }

    /// Whether somebody has done it already, so that it has nothing more to do.
    async fn is_done(&mut self, table: &str, doing: &Doing) -> Result<bool, Failure> {
        match doing {
            Doing::Index { name, .. } => {
                let sql = "SELECT COUNT(*) FROM information_schema.STATISTICS \
                           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND INDEX_NAME = $2";
                Ok(self.number(sql, &[table, name]).await? > 0)
            }
            Doing::Reference { name, column } => {
                let sql = "SELECT (SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND SEQ_IN_INDEX = 1) \
                           + (SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND CONSTRAINT_NAME = $3)";
                Ok(self.number(sql, &[table, column, name]).await? > 0)
            }
            Doing::Rewrite { columns, not_null } => {
                let nullable = if *not_null { "NO" } else { "YES" };
                let sql = "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND IS_NULLABLE = $3";
                for name in columns {
                    if self.number(sql, &[table, name, nullable]).await? == 0 {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Doing::Columns
            | Doing::NoIndex
            | Doing::NoReference
            | Doing::Type
            | Doing::Definition => Ok(false),
        }
    }

    async fn number(&mut self, sql: &str, arguments: &[&str]) -> Result<u64, Failure> {
        let arguments: Vec<_> = arguments.iter().map(|text| (*text).into()).collect();
        let rows = self.query(sql, &arguments).await?;
        let number = rows.into_iter().flatten().find_map(count);
        Ok(number.unwrap_or_default())
    }
}

impl Doing {
    /// Whether it reads or writes the whole table.
    fn takes_long(&self) -> bool {
        match self {
            Doing::Rewrite { .. } | Doing::Index { .. } | Doing::Reference { .. } => true,
            Doing::Columns
            | Doing::NoIndex
            | Doing::NoReference
            | Doing::Type
            | Doing::Definition => false,
        }
    }
}

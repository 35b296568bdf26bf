//! Statements for which all nodes of a Galera cluster stand still: each node executes a change of a
//! table in the place of all writes, so one that reads or writes the whole table takes as long as
//! that from every writer of every table.

use super::idents::{after, quoted};
use super::{MariaDb, count};
use crate::migrate::driver::{Driver as _, Failure, Standstill};

/// A statement that reads or writes a whole table.
#[derive(Debug, PartialEq, Eq)]
struct Long {
    table: String,
    what: What,
}

/// What such a statement brings.
#[derive(Debug, PartialEq, Eq)]
enum What {
    Index(String),
    /// An index of the column comes with it where there is none.
    ForeignKey {
        name: String,
        column: String,
    },
    /// The columns that refuse NULL from then on, or take it.
    Columns {
        names: Vec<String>,
        refuse: bool,
    },
}

impl MariaDb {
    pub(super) async fn standstill_of(
        &mut self,
        statement: &str,
    ) -> Result<Option<Standstill>, Failure> {
        let Some(long) = Long::read(statement) else {
            return Ok(None);
        };
        if !self.is_clustered().await? || self.is_done(&long).await? {
            return Ok(None);
        }
        let rows = self.estimate(&long.table).await?.unwrap_or_default();
        Ok(Some(Standstill {
            table: long.table,
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
    async fn is_done(&mut self, long: &Long) -> Result<bool, Failure> {
        let table = long.table.as_str();
        match &long.what {
            What::Index(name) => {
                let sql = "SELECT COUNT(*) FROM information_schema.STATISTICS \
                           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND INDEX_NAME = $2";
                Ok(self.number(sql, &[table, name]).await? > 0)
            }
            What::ForeignKey { name, column } => {
                let sql = "SELECT (SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND SEQ_IN_INDEX = 1) \
                           + (SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND CONSTRAINT_NAME = $3)";
                Ok(self.number(sql, &[table, column, name]).await? > 0)
            }
            What::Columns { names, refuse } => {
                let nullable = if *refuse { "NO" } else { "YES" };
                let sql = "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
                           AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND IS_NULLABLE = $3";
                for name in names {
                    if self.number(sql, &[table, name, nullable]).await? == 0 {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    async fn number(&mut self, sql: &str, arguments: &[&str]) -> Result<u64, Failure> {
        let arguments: Vec<_> = arguments.iter().map(|text| (*text).into()).collect();
        let rows = self.query(sql, &arguments).await?;
        let number = rows.into_iter().flatten().find_map(count);
        Ok(number.unwrap_or_default())
    }
}

impl Long {
    /// What a statement of colmig's does, if it takes long.
    fn read(statement: &str) -> Option<Long> {
        if let Some(rest) = after(statement, "INDEX IF NOT EXISTS ")
            && statement.starts_with("CREATE ")
        {
            let (name, rest) = quoted(rest)?;
            let (table, _) = quoted(after(rest, " ON ")?)?;
            let what = What::Index(name);
            return Some(Long { table, what });
        }
        let (table, clauses) = quoted(after(statement, "ALTER TABLE ")?)?;
        let what = if clauses.ends_with(", ALGORITHM=INPLACE, LOCK=NONE") {
            let mut names = Vec::new();
            let mut rest = clauses;
            while let Some(column) = after(rest, "MODIFY COLUMN ") {
                let (name, behind) = quoted(column)?;
                names.push(name);
                rest = behind;
            }
            let refuse = clauses.contains(" NOT NULL");
            What::Columns { names, refuse }
        } else {
            let (name, rest) = quoted(after(clauses, "ADD CONSTRAINT ")?)?;
            let (column, _) = quoted(after(rest, "FOREIGN KEY IF NOT EXISTS (")?)?;
            What::ForeignKey { name, column }
        };
        Some(Long { table, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str], refuse: bool) -> What {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        What::Columns { names, refuse }
    }

    #[test]
    fn what_reads_or_writes_a_whole_table_is_told_from_what_does_not() {
        for (statement, table, what) in [
            (
                "CREATE UNIQUE INDEX IF NOT EXISTS `a``b_key` ON `a``b` (`c`) ALGORITHM=NOCOPY LOCK=NONE",
                "a`b",
                What::Index("a`b_key".to_owned()),
            ),
            (
                "ALTER TABLE `t` MODIFY COLUMN `a` int NOT NULL, MODIFY COLUMN `b` text NOT NULL DEFAULT ('x, y'), ALGORITHM=INPLACE, LOCK=NONE",
                "t",
                columns(&["a", "b"], true),
            ),
            (
                "ALTER TABLE `t` MODIFY COLUMN `a` int NULL, ALGORITHM=INPLACE, LOCK=NONE",
                "t",
                columns(&["a"], false),
            ),
            (
                "SET STATEMENT foreign_key_checks = 0 FOR\nALTER TABLE `t` ADD CONSTRAINT `t_fkey` FOREIGN KEY IF NOT EXISTS (`a`) REFERENCES `p` (`id`), ALGORITHM=NOCOPY, LOCK=NONE",
                "t",
                What::ForeignKey {
                    name: "t_fkey".to_owned(),
                    column: "a".to_owned(),
                },
            ),
        ] {
            let table = table.to_owned();
            assert_eq!(Long::read(statement), Some(Long { table, what }));
        }
        for statement in [
            "ALTER TABLE `t` ADD COLUMN IF NOT EXISTS `c` int, ALGORITHM=INSTANT, LOCK=NONE",
            "ALTER TABLE `t` DROP INDEX IF EXISTS `i`, ALGORITHM=NOCOPY, LOCK=NONE",
            "DROP TRIGGER IF EXISTS `x`",
            "UPDATE `t` SET `a` = 'CREATE INDEX IF NOT EXISTS '",
        ] {
            assert_eq!(Long::read(statement), None, "{statement}");
        }
    }
}

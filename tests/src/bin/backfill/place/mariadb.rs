//! The table on MariaDB: a database for it, and one for the copy.
//!
//! A copy is filled by one INSERT and then taken to where a run begins, by the migration itself:
//! a column that came in an instant is not in the rows that were there before it.

use std::time::{Duration, Instant};

use colmig::Phase;

use super::{Begins, COPY, TEMPLATE};
use crate::Result;
use crate::connection::Connection;
use crate::engine;
use crate::project::{Project, TABLE, TARGET};

/// Fills an empty table without a version of each row to go back to, of which nothing would be
/// left when a run begins, but for the time that it takes to remove them.
const BULK: &str = "SET SESSION unique_checks = 0, foreign_key_checks = 0";

/// So many transactions may wait to be purged when the machine is looked at.
const PURGED: i64 = 100;

/// For how long that is waited for.
const PURGE: Duration = Duration::from_secs(60);

/// An address up to the name of the database, and one that exists.
pub(super) struct Server {
    pub(super) address: String,
    pub(super) main: String,
}

impl Server {
    pub(super) fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.address)
    }

    /// Fills the table that the copies are made of.
    pub(super) async fn fill(&self, project: &Project, seed: &str) -> Result<()> {
        self.create(project, TEMPLATE).await?;
        let mut template = Connection::open(&self.url(TEMPLATE), "set up").await?;
        template.execute(BULK).await?;
        template.execute(seed).await?;
        template.close().await
    }

    pub(super) async fn copy(&self, project: &Project, begins: Begins) -> Result<()> {
        self.create(project, COPY).await?;
        let url = self.url(COPY);
        let mut copy = Connection::open(&url, "reset").await?;
        copy.execute(BULK).await?;
        copy.execute(&format!(
            "INSERT INTO {TABLE} SELECT * FROM {TEMPLATE}.{TABLE}"
        ))
        .await?;
        if begins == Begins::BeforeBackfill {
            engine::until(&url, project, project.add(), Phase::DualWrite).await?;
        }
        // What the planner knows, before it is found out in the middle of a run.
        copy.execute(&format!("ANALYZE TABLE {TABLE}")).await?;
        // All pages are written: else that would be done meanwhile.
        copy.execute(&format!("FLUSH TABLES {TABLE} FOR EXPORT"))
            .await?;
        copy.execute("UNLOCK TABLES").await?;
        copy.close().await?;
        self.settle().await
    }

    /// Fails unless the column of the copy is as the model says, and nothing else is left.
    pub(super) async fn is_whole(&self) -> Result<()> {
        let column = format!(
            "SELECT coalesce(max(concat_ws(' ', COLUMN_TYPE, IS_NULLABLE, coalesce(COLUMN_DEFAULT, 'none'))), 'missing') \
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{COPY}' AND TABLE_NAME = '{TABLE}' AND COLUMN_NAME = '{TARGET}'"
        );
        let left = format!(
            "SELECT (SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '{COPY}') \
             + (SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{COPY}' \
             AND TABLE_NAME LIKE '%{TABLE}%' AND TABLE_NAME <> '{TABLE}')"
        );
        let mut server = Connection::open(&self.main, "count").await?;
        let (column, left) = (server.text(&column).await?, server.number(&left).await?);
        server.close().await?;
        match (column.as_str(), left) {
            ("varchar(255) NO none", 0) => Ok(()),
            (column, left) => Err(format!(
                "the column is `{column}`, and {left} triggers and tables are left"
            )
            .into()),
        }
    }

    /// Waits until old versions of rows are gone.
    pub(super) async fn settle(&self) -> Result<()> {
        let waiting = "SELECT CAST(VARIABLE_VALUE AS signed) FROM information_schema.GLOBAL_STATUS \
                       WHERE VARIABLE_NAME = 'INNODB_HISTORY_LIST_LENGTH'";
        let mut server = Connection::open(&self.main, "settle").await?;
        let until = Instant::now() + PURGE;
        while server.number(waiting).await? > PURGED && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        server.close().await
    }

    pub(super) async fn drop(&self) -> Result<()> {
        let mut server = Connection::open(&self.main, "tear down").await?;
        for name in [COPY, TEMPLATE] {
            server
                .execute(&format!("DROP DATABASE IF EXISTS {name}"))
                .await?;
        }
        server.close().await
    }

    /// A database with the empty table.
    async fn create(&self, project: &Project, name: &str) -> Result<()> {
        let mut server = Connection::open(&self.main, "set up").await?;
        server
            .execute(&format!("DROP DATABASE IF EXISTS {name}"))
            .await?;
        server.execute(&format!("CREATE DATABASE {name}")).await?;
        server.close().await?;
        engine::until(
            &self.url(name),
            project,
            project.create(),
            Phase::SwitchReads,
        )
        .await
    }
}

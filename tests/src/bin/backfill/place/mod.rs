//! The table, made once, and copies of it that are the same to the byte.

use std::fs;
use std::path::{Path, PathBuf};

use colmig::{Database, Phase};

use crate::Result;
use crate::connection::Connection;
use crate::engine;
use crate::project::{Project, RULE, TABLE, TARGET};

/// The databases on PostgreSQL's server.
const TEMPLATE: &str = "backfill_template";
const COPY: &str = "backfill_copy";

/// A function that has the operating system run its session when nobody else needs a processor,
/// as docs/backfill.md shows it.
pub(crate) const STEP_BACK: &str = "step_back";

/// Where the table and its copies are.
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) rows: i64,
    home: Home,
}

enum Home {
    /// An address up to the name of the database, and one that exists.
    Postgres { server: String, main: String },
    /// The folder of the files.
    Sqlite(PathBuf),
}

impl Place {
    /// Fills the table, and takes the migration to just before its backfill.
    pub(crate) async fn set_up(
        database: Database,
        url: Option<&str>,
        scratch: &Path,
        rows: i64,
        project: &Project,
    ) -> Result<Place> {
        let home = match (database, url) {
            (Database::Postgres, Some(url)) => {
                let (server, _) = url.rsplit_once('/').ok_or("the URL names no database")?;
                Home::Postgres {
                    server: server.to_owned(),
                    main: url.to_owned(),
                }
            }
            (Database::Postgres, None) => return Err("`--url` is missing".into()),
            _ => Home::Sqlite(scratch.to_owned()),
        };
        let place = Place {
            database,
            rows,
            home,
        };
        place.fill(project).await?;
        Ok(place)
    }

    /// The address of the copy.
    pub(crate) fn url(&self) -> String {
        self.url_of(COPY)
    }

    /// Throws the copy away, and makes it anew.
    pub(crate) async fn reset(&self) -> Result<()> {
        match &self.home {
            Home::Postgres { main, .. } => {
                let mut server = Connection::open(main, "reset").await?;
                let drop = format!("DROP DATABASE IF EXISTS {COPY} WITH (FORCE)");
                server.execute(&drop).await?;
                // It copies files, and makes a checkpoint before and after.
                let create =
                    format!("CREATE DATABASE {COPY} TEMPLATE {TEMPLATE} STRATEGY file_copy");
                server.execute(&create).await?;
                server.close().await?;
                let mut copy = Connection::open(&self.url(), "reset").await?;
                let key = format!("{TABLE}_pkey");
                for name in [TABLE, &key] {
                    copy.number(&format!("SELECT pg_prewarm('{name}')")).await?;
                }
                copy.close().await
            }
            Home::Sqlite(folder) => {
                remove(folder, COPY)?;
                fs::copy(file(folder, TEMPLATE), file(folder, COPY))?;
                Ok(())
            }
        }
    }

    /// How many rows are filled. None of them may hold anything else than the rule gives.
    pub(crate) async fn filled(&self) -> Result<i64> {
        let mut copy = Connection::open(&self.url(), "count").await?;
        let wrong = format!("SELECT count(*) FROM {TABLE} WHERE {TARGET} <> {RULE}");
        let filled = format!("SELECT count({TARGET}) FROM {TABLE}");
        let (wrong, filled) = (copy.number(&wrong).await?, copy.number(&filled).await?);
        copy.close().await?;
        match wrong {
            0 => Ok(filled),
            wrong => Err(format!("{wrong} rows hold something else than the rule gives").into()),
        }
    }

    /// Puts away what a method left to be done later, so that it is not done while it is looked
    /// whether the machine is as it was. SQLite's next writer would move the whole log.
    pub(crate) async fn settle(&self) -> Result<()> {
        if self.database == Database::Sqlite {
            let mut copy = Connection::open(&self.url(), "settle").await?;
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
            copy.close().await?;
        }
        Ok(())
    }

    /// What is measured, in words.
    pub(crate) async fn version(&self) -> Result<String> {
        let mut copy = Connection::open(&self.url_of(TEMPLATE), "version").await?;
        let version = match self.database {
            Database::Postgres => "SELECT 'PostgreSQL ' || current_setting('server_version')",
            _ => "SELECT 'SQLite ' || sqlite_version()",
        };
        let version = copy.text(version).await?;
        copy.close().await?;
        Ok(version)
    }

    /// Removes everything.
    pub(crate) async fn tear_down(self) -> Result<()> {
        if let Home::Postgres { main, .. } = &self.home {
            let mut server = Connection::open(main, "tear down").await?;
            for name in [COPY, TEMPLATE] {
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                server.execute(&drop).await?;
            }
            server.close().await?;
        }
        // SQLite's files go with their folder.
        Ok(())
    }

    fn url_of(&self, name: &str) -> String {
        match &self.home {
            Home::Postgres { server, .. } => format!("{server}/{name}"),
            Home::Sqlite(folder) => format!("sqlite:{}", file(folder, name).display()),
        }
    }

    async fn fill(&self, project: &Project) -> Result<()> {
        let url = self.url_of(TEMPLATE);
        match &self.home {
            Home::Postgres { main, .. } => {
                let mut server = Connection::open(main, "set up").await?;
                let drop = format!("DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)");
                server.execute(&drop).await?;
                let create = format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0");
                server.execute(&create).await?;
                server.close().await?;
            }
            Home::Sqlite(folder) => {
                remove(folder, TEMPLATE)?;
                fs::write(file(folder, TEMPLATE), "")?;
                let mut template = Connection::open(&url, "set up").await?;
                template.text("PRAGMA journal_mode = WAL").await?;
                template.close().await?;
            }
        }
        engine::until(&url, project, project.create(), Phase::SwitchReads).await?;
        let mut template = Connection::open(&url, "set up").await?;
        template.execute(&self.seed()).await?;
        engine::until(&url, project, project.add(), Phase::DualWrite).await?;
        let tidy: &[&str] = match self.database {
            Database::Postgres => &[
                "CREATE EXTENSION pg_prewarm",
                include_str!("../../../../docs/sql/step_back.sql"),
                "VACUUM (FREEZE, ANALYZE)",
                "CHECKPOINT",
            ],
            _ => &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"],
        };
        for sql in tidy {
            template.execute(sql).await?;
        }
        template.close().await
    }

    fn seed(&self) -> String {
        let rows = self.rows;
        let (ids, time) = match self.database {
            Database::Postgres => (
                format!("generate_series(1::bigint, {rows}) AS ids(id)"),
                "timestamp '2026-01-01' + id * interval '1 second'",
            ),
            _ => (
                format!(
                    "(WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < {rows}) \
                     SELECT id FROM ids)"
                ),
                "datetime(1767225600 + id, 'unixepoch')",
            ),
        };
        format!(
            "INSERT INTO {TABLE} (id, first_name, last_name, email, street, city, note, balance, seen_at) \
             SELECT id, 'First' || id % 9973, 'Last' || id, 'first.last' || id || '@example.org', \
             id % 997 || ' Long Winding Road', 'Town' || id % 499, \
             'a customer of whom nothing more is known, number ' || id, id % 100000, {time} FROM {ids}"
        )
    }
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.db"))
}

/// Removes a database of SQLite's, with what it keeps beside it.
fn remove(folder: &Path, name: &str) -> Result<()> {
    for end in [".db", ".db-wal", ".db-shm"] {
        let file = folder.join(format!("{name}{end}"));
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

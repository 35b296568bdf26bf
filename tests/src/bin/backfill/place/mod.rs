//! The table, made once, and copies of it that are the same to the byte.

mod mariadb;
mod mongodb;

use std::fs;
use std::path::{Path, PathBuf};

use colmig::{Database, Phase};

use crate::Result;
use crate::connection::Connection;
use crate::engine;
use crate::project::{Project, TABLE, TARGET, rule};

/// The databases on a server.
const TEMPLATE: &str = "backfill_template";
const COPY: &str = "backfill_copy";

/// A function that has the operating system run its session when nobody else needs a processor,
/// as docs/backfill.md shows it.
pub(crate) const STEP_BACK: &str = "step_back";

/// How far the migration is in a copy when a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    /// The column is there, and no row is filled.
    BeforeBackfill,
    /// Nothing is done.
    BeforeAll,
}

/// Where the table and its copies are.
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) rows: i64,
    begins: Begins,
    home: Home,
}

enum Home {
    /// An address up to the name of the database, and one that exists.
    Postgres {
        server: String,
        main: String,
    },
    MariaDb(mariadb::Server),
    MongoDb(mongodb::Server),
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
        begins: Begins,
        project: &Project,
    ) -> Result<Place> {
        let home = match (database, url) {
            (Database::Sqlite, _) => Home::Sqlite(scratch.to_owned()),
            (Database::MongoDb, Some(url)) => Home::MongoDb(mongodb::Server::of_url(url)?),
            (_, Some(url)) => {
                let (server, _) = url.rsplit_once('/').ok_or("the URL names no database")?;
                let (server, main) = (server.to_owned(), url.to_owned());
                match database {
                    Database::MariaDb => Home::MariaDb(mariadb::Server {
                        address: server,
                        main,
                    }),
                    _ => Home::Postgres { server, main },
                }
            }
            (_, None) => return Err("`--url` is missing".into()),
        };
        let place = Place {
            database,
            rows,
            begins,
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
    pub(crate) async fn reset(&self, project: &Project) -> Result<()> {
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
            Home::MariaDb(server) => server.copy(project, self.begins).await,
            Home::MongoDb(server) => server.copy(project, self.rows, self.begins).await,
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
        let [wrong, filled] = match self.database {
            Database::MongoDb => mongodb::counts(),
            sql => counts(sql),
        };
        let (wrong, filled) = (copy.number(&wrong).await?, copy.number(&filled).await?);
        copy.close().await?;
        match wrong {
            0 => Ok(filled),
            wrong => Err(format!("{wrong} rows hold something else than the rule gives").into()),
        }
    }

    /// Fails unless the whole change is there: the column as the model says, a value in each row,
    /// and nothing else that was not there before.
    pub(crate) async fn is_whole(&self) -> Result<()> {
        let Home::MariaDb(server) = &self.home else {
            return Err("the whole change is measured on MariaDB only".into());
        };
        let filled = self.filled().await?;
        if filled != self.rows {
            return Err(format!("{filled} of {} rows are filled", self.rows).into());
        }
        server.is_whole().await
    }

    /// Puts away what a method left to be done later, so that it is not done while it is looked
    /// whether the machine is as it was. SQLite's next writer would move the whole log.
    pub(crate) async fn settle(&self) -> Result<()> {
        match &self.home {
            Home::Postgres { .. } => Ok(()),
            Home::MariaDb(server) => server.settle().await,
            Home::MongoDb(server) => server.settle().await,
            Home::Sqlite(_) => {
                let mut copy = Connection::open(&self.url(), "settle").await?;
                copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
                copy.close().await
            }
        }
    }

    /// What is measured, in words.
    pub(crate) async fn version(&self) -> Result<String> {
        let mut copy = Connection::open(&self.url_of(TEMPLATE), "version").await?;
        let version = match self.database {
            Database::MongoDb => r#"{"buildInfo": 1}"#,
            Database::Postgres => "SELECT 'PostgreSQL ' || current_setting('server_version')",
            Database::MariaDb => "SELECT concat('MariaDB ', substring_index(version(), '-', 1))",
            _ => "SELECT 'SQLite ' || sqlite_version()",
        };
        let version = copy.text(version).await?;
        let version = match self.database {
            Database::MongoDb => format!("MongoDB {version}"),
            _ => version,
        };
        copy.close().await?;
        Ok(version)
    }

    /// Removes everything.
    pub(crate) async fn tear_down(self) -> Result<()> {
        match &self.home {
            Home::Postgres { main, .. } => {
                let mut server = Connection::open(main, "tear down").await?;
                for name in [COPY, TEMPLATE] {
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    server.execute(&drop).await?;
                }
                server.close().await
            }
            Home::MariaDb(server) => server.drop().await,
            Home::MongoDb(server) => server.drop().await,
            // Its files go with their folder.
            Home::Sqlite(_) => Ok(()),
        }
    }

    fn url_of(&self, name: &str) -> String {
        match &self.home {
            Home::Postgres { server, .. } => format!("{server}/{name}"),
            Home::MariaDb(server) => server.url(name),
            Home::MongoDb(server) => server.url(name),
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
            Home::MariaDb(server) => return server.fill(project, &self.seed()).await,
            // It is filled anew for each run.
            Home::MongoDb(_) => return Ok(()),
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
                include_str!("../../../../../docs/sql/step_back.sql"),
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
            Database::MariaDb => (
                format!("(SELECT seq AS id FROM seq_1_to_{rows}) AS ids"),
                "timestamp '2026-01-01 00:00:00' + INTERVAL id SECOND",
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
             SELECT id, concat('First', id % 9973), concat('Last', id), concat('first.last', id, '@example.org'), \
             concat(id % 997, ' Long Winding Road'), concat('Town', id % 499), \
             concat('a customer of whom nothing more is known, number ', id), id % 100000, {time} FROM {ids}"
        )
    }
}

/// How many rows hold something else than the rule gives, and how many hold anything.
fn counts(database: Database) -> [String; 2] {
    let rule = rule(database);
    let differs = match database {
        // By letters, and not by what a collation takes for the same.
        Database::MariaDb => format!("CAST({TARGET} AS binary) <> CAST({rule} AS binary)"),
        _ => format!("{TARGET} <> {rule}"),
    };
    [
        format!("SELECT count(*) FROM {TABLE} WHERE {differs}"),
        format!("SELECT count({TARGET}) FROM {TABLE}"),
    ]
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

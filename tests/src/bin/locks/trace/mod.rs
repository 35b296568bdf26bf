//! What was locked, as the server says: by looking all the time, and by what it has taken down.

mod mariadb;
mod postgres;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig_schema::Sql;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::Result;
use crate::server::Server;

/// A lock that was held, in milliseconds by the server's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) mode: Mode,
}

/// The mode of a lock: how strong it is among those of its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mode(usize);

impl Mode {
    fn read(database: Sql, name: &str) -> Option<Mode> {
        let found = modes(database).iter().position(|mode| *mode == name);
        found.map(Mode)
    }

    /// As its database calls it.
    pub(crate) fn name(self, database: Sql) -> &'static str {
        modes(database).get(self.0).copied().unwrap_or_default()
    }

    /// Whether it keeps even readers out.
    pub(crate) fn is_exclusive(self, database: Sql) -> bool {
        let strongest = match database {
            Sql::MariaDb => 2,
            _ => 1,
        };
        self.0 + strongest >= modes(database).len()
    }
}

fn modes(database: Sql) -> &'static [&'static str] {
    match database {
        Sql::MariaDb => &mariadb::MODES,
        _ => &postgres::MODES,
    }
}

/// Looks until it is told to end.
pub(crate) struct Trace {
    url: String,
    is_over: Arc<AtomicBool>,
    looking: JoinHandle<std::result::Result<Vec<Held>, sqlx::Error>>,
}

impl Trace {
    /// Begins to look at the locks of everybody but the application's connection.
    pub(crate) async fn begin(url: &str, application: i64) -> Result<Trace> {
        let mut server = Server::open(url, "trace").await?;
        if let Server::Postgres(_) = server {
            server.execute(postgres::SET_UP).await?;
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let looking = tokio::spawn(look(server, application, Arc::clone(&is_over)));
        Ok(Trace {
            url: url.to_owned(),
            is_over,
            looking,
        })
    }

    /// Everything that was held.
    pub(crate) async fn end(self) -> Result<Vec<Held>> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut held = self.looking.await??;
        let mut server = Server::open(&self.url, "trace").await?;
        if let Server::Postgres(connection) = &mut server {
            for row in sqlx::query(postgres::NOTED).fetch_all(connection).await? {
                let at: f64 = row.try_get(0)?;
                if let Some(mode) = Mode::read(Sql::Postgres, row.try_get(1)?) {
                    let (from, to) = (at, at);
                    held.push(Held { from, to, mode });
                }
            }
        }
        server.close().await?;
        Ok(held)
    }
}

/// How long to leave the server alone between two looks.
const PAUSE: Duration = Duration::from_micros(500);

async fn look(
    mut server: Server,
    application: i64,
    is_over: Arc<AtomicBool>,
) -> std::result::Result<Vec<Held>, sqlx::Error> {
    let mut held = Vec::new();
    let mut open: BTreeMap<(i64, Mode), Held> = BTreeMap::new();
    while !is_over.load(Ordering::Relaxed) {
        let mut now = BTreeMap::new();
        for (at, seen) in looked(&mut server, application).await? {
            if let Some((session, mode)) = seen {
                let key = (session, mode);
                let from = open.get(&key).map_or(at, |held| held.from);
                now.insert(key, Held { from, to: at, mode });
            }
        }
        held.extend(
            open.iter()
                .filter(|(key, _)| !now.contains_key(*key))
                .map(|(_, held)| *held),
        );
        open = now;
        let until = Instant::now() + PAUSE;
        tokio::time::sleep_until(until).await;
    }
    held.extend(open.into_values());
    server.close().await?;
    Ok(held)
}

/// The time, and a lock with its session, if there is one.
type Looked = (f64, Option<(i64, Mode)>);

async fn looked(
    server: &mut Server,
    application: i64,
) -> std::result::Result<Vec<Looked>, sqlx::Error> {
    let read = |database, at, session: Option<i64>, name: Option<&str>| {
        let mode = name.and_then(|name| Mode::read(database, name));
        (at, session.zip(mode))
    };
    match server {
        Server::Postgres(connection) => {
            let rows = sqlx::query(postgres::LOOK).fetch_all(connection).await?;
            let database = Sql::Postgres;
            let rows = rows.iter().map(|row| {
                let (at, session, name) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                Ok(read(database, at, session, name))
            });
            rows.collect()
        }
        Server::MariaDb(connection) => {
            let sql = AssertSqlSafe(mariadb::look(application));
            let rows = sqlx::query(sql).fetch_all(connection).await?;
            let database = Sql::MariaDb;
            let rows = rows.iter().map(|row| {
                let (at, session, name) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                Ok(read(database, at, session, name))
            });
            rows.collect()
        }
    }
}

//! One cell from its first step to the end of contract, watched.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use colmig::Phase;
use colmig::migrate::{Event, Settings, Watch};
use colmig_schema::Sql;
use colmig_tests::matrix::{Cell, Failed, Place};

use crate::server::Server;
use crate::trace::{Held, Mode, Trace};
use crate::traffic::{Statement, Traffic};
use crate::{Arguments, Result};

/// What was seen of one case.
#[derive(Debug)]
pub(crate) struct Rolled {
    pub(crate) database: Sql,
    pub(crate) change: &'static str,
    pub(crate) table: &'static str,
    pub(crate) steps: Vec<Stepped>,
}

/// What was seen of one step.
#[derive(Debug)]
pub(crate) struct Stepped {
    pub(crate) phase: Phase,
    pub(crate) step: String,
    /// How long it took, with whatever it waited for, in milliseconds.
    pub(crate) took: f64,
    /// The strongest lock on a table.
    pub(crate) strongest: Option<Mode>,
    /// For how long readers were kept out, as far as it was seen, in milliseconds: at most as
    /// long as the step took.
    pub(crate) exclusive: f64,
    /// How long a statement of the application took at most meanwhile, in milliseconds.
    pub(crate) waited: f64,
}

/// Steps, as they begin and end.
type Course = Arc<Mutex<Vec<(Phase, String, f64, Option<f64>)>>>;

/// Rolls a cell out on a database of its own.
pub(crate) async fn roll_out(arguments: &Arguments, number: usize, cell: &Cell) -> Result<Rolled> {
    let (server, _) = arguments
        .url
        .rsplit_once('/')
        .ok_or("the URL names no database")?;
    let name = format!("locks_{number}");
    let url = format!("{server}/{name}");
    on(&arguments.url, &format!("CREATE DATABASE {name}")).await?;
    let mut owner = url.clone();
    if cell.kind.is_owned {
        let (superuser, role) = match cell.database {
            Sql::MariaDb => (
                "//root@",
                format!(
                    "CREATE USER {name}; GRANT ALL ON {name}.* TO {name}; GRANT PROCESS ON *.* TO {name}"
                ),
            ),
            _ => (
                "//postgres@",
                format!(
                    "CREATE ROLE {name} LOGIN; ALTER DATABASE {name} OWNER TO {name}; ALTER SCHEMA public OWNER TO {name}"
                ),
            ),
        };
        on(&url, &role).await?;
        owner = owner.replacen(superuser, &format!("//{name}@"), 1);
    }
    let rolled = roll_out_on(&Place { url, owner }, arguments.rows, cell).await;
    let [database, role] = match cell.database {
        Sql::MariaDb => ["DROP DATABASE {}", "DROP USER {}"],
        _ => ["DROP DATABASE {} WITH (FORCE)", "DROP ROLE {}"],
    };
    on(&arguments.url, &database.replace("{}", &name)).await?;
    if cell.kind.is_owned {
        on(&arguments.url, &role.replace("{}", &name)).await?;
    }
    rolled
}

async fn roll_out_on(place: &Place, rows: u64, cell: &Cell) -> Result<Rolled> {
    let settings = Settings {
        offline: true,
        assume_drained: true,
        dwell: Duration::ZERO,
        // It is locks that are measured here, and not how batches give way.
        give_way: false,
        ..Settings::default()
    };
    let mut walk = cell.begin(place, rows, settings).await.map_err(told)?;
    if cell.database == Sql::Postgres {
        for sql in ["VACUUM ANALYZE", "CHECKPOINT"] {
            on(&place.url, sql).await?;
        }
    }
    let traffic = Traffic::begin(&place.url, &cell.kind.quoted(cell.database)).await?;
    let trace = Trace::begin(&place.url, traffic.id).await?;
    let course = Course::default();
    let theirs = Arc::clone(&course);
    let watch = Watch::new(move |event: &Event| hear(&theirs, event));
    let ended = walk.straight(&watch).await;
    let traffic = traffic.end().await?;
    let held = trace.end().await?;
    ended.map_err(told)?;
    let course = std::mem::take(&mut *course.lock().unwrap_or_else(PoisonError::into_inner));
    let steps = course.into_iter().filter_map(|(phase, step, from, to)| {
        let seen = Seen {
            database: cell.database,
            held: &held,
            traffic: &traffic,
        };
        Some(seen.of(phase, step, [from, to?]))
    });
    Ok(Rolled {
        database: cell.database,
        change: cell.change.name,
        table: cell.kind.name,
        steps: steps.collect(),
    })
}

fn told(failed: Failed) -> String {
    failed.to_string()
}

fn hear(course: &Course, event: &Event) {
    let mut course = course.lock().unwrap_or_else(PoisonError::into_inner);
    match event {
        Event::StepStarted { phase, step, .. } => {
            course.push((*phase, step.clone(), now(), None));
        }
        Event::StepDone { phase, step, .. } => {
            let found = course
                .iter_mut()
                .rev()
                .find(|(at, name, ..)| at == phase && name == step);
            if let Some((.., to)) = found {
                *to = Some(now());
            }
        }
        _ => {}
    }
}

/// The time of this machine, which is the server's as well, in milliseconds.
pub(crate) fn now() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs_f64() * 1_000.0
}

/// What was seen of a rollout.
struct Seen<'s> {
    database: Sql,
    held: &'s [Held],
    traffic: &'s [Statement],
}

impl Seen<'_> {
    /// What was seen of a step, which took that time.
    fn of(&self, phase: Phase, step: String, [from, to]: [f64; 2]) -> Stepped {
        let waited = self
            .traffic
            .iter()
            .filter(|statement| statement.to >= from && statement.from <= to)
            .map(|statement| statement.to - statement.from);
        let during = self
            .held
            .iter()
            .filter(|held| held.to >= from && held.from <= to);
        let exclusive = during
            .clone()
            .filter(|held| held.mode.is_exclusive(self.database))
            .map(|held| held.to - held.from);
        Stepped {
            phase,
            step,
            took: to - from,
            strongest: during.map(|held| held.mode).max(),
            exclusive: exclusive.fold(0.0, f64::max),
            waited: waited.fold(0.0, f64::max),
        }
    }
}

async fn on(url: &str, sql: &str) -> Result<()> {
    let mut server = Server::open(url, "set up").await?;
    server.execute(sql).await?;
    server.close().await?;
    Ok(())
}

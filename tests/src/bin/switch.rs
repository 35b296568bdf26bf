//! How soon instances follow the read switch: `cargo xtask bench switch` calls it.
//!
//! `switch URL INSTANCES`: so many instances, each with a pool and a lease of its own, look at
//! one row all the time, whose two sides were made to differ. What is measured is the time from
//! the commit of the switch to the first read of each instance on the other side.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use colmig::migrate::{
    Event, Goal, Migration, Migrator, Outcome, Settings, Switching, Watch, load,
};
use colmig::{Database, Db, Model, Reads};
use colmig_people::{CREATE, Person, REPLACE, insert_old};
use colmig_tests::raw;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How often each instance looks.
const LOOK: Duration = Duration::from_millis(10);

/// How often an instance that hears of nothing asks.
const POLL: Duration = Duration::from_secs(1);

/// How often the switch is moved each way.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> ExitCode {
    match switch().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("switch: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn switch() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, number] = &arguments[..] else {
        return Err("usage: switch URL INSTANCES".into());
    };
    let number: usize = number.parse()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("people/migrations");
    let migrations = load(&folder, Database::Postgres)?;
    let db = Db::options().model::<Person>().connect(url).await?;
    run(url, &migrations, CREATE).await?;
    raw::execute(&db, &insert_old(1, 10)).await?;
    run(url, &migrations, REPLACE).await?;
    for sql in [
        "ALTER TABLE people DISABLE TRIGGER USER",
        "UPDATE people SET age_2 = age_2 + 1000 WHERE id = 1",
        "ALTER TABLE people ENABLE TRIGGER USER",
    ] {
        raw::execute(&db, sql).await?;
    }
    println!(
        "{number} instances, each looks every {} ms; from the commit of the switch to the first read on the other side",
        LOOK.as_millis()
    );
    println!("{:<34}{:>12}{:>12}{:>12}", "", "median", "last", "command");
    for (words, notifications) in [("notified", true), ("polling each second", false)] {
        measure(url, &migrations, number, words, notifications).await?;
    }
    Ok(())
}

async fn measure(
    url: &str,
    migrations: &[Migration],
    number: usize,
    words: &str,
    notifications: bool,
) -> Result<()> {
    // By instance: since when it has read on which side.
    let seen = Arc::new(Mutex::new(vec![(Instant::now(), false); number]));
    let mut tasks = Vec::new();
    for at in 0..number {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(1)
            .connect(url)
            .await?;
        let db = Db::options()
            .model::<Person>()
            .notifications(notifications)
            .poll(POLL)
            .from_postgres(pool);
        let seen = Arc::clone(&seen);
        tasks.push(tokio::spawn(async move {
            loop {
                let read = Person::find(&db, 1).await;
                let target = match read {
                    Ok(Some(person)) => person.age >= 1000,
                    Ok(None) => return "the row is gone".to_owned(),
                    Err(error) => return error.to_string(),
                };
                look(&seen, at, target);
                tokio::time::sleep(LOOK).await;
            }
        }));
    }
    // Every ear has heard itself by then.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let mut migrator = Migrator::connect(url, Settings::default()).await?;
    let (mut medians, mut lasts, mut commands) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..2 * ROUNDS {
        let to_target = round % 2 == 0;
        let mut to = Switching::to(if to_target {
            Reads::Target
        } else {
            Reads::Legacy
        });
        to.mismatch_limit = u64::from(u32::MAX);
        let moved = Arc::new(Mutex::new(None));
        let watch = {
            let moved = Arc::clone(&moved);
            Watch::new(move |event| {
                if let Event::ReadsSwitched { .. } = event {
                    *moved.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                }
            })
        };
        let outcome = migrator.switch(migrations, REPLACE, to, &watch).await?;
        let ended = Instant::now();
        if outcome != Outcome::Done {
            return Err(outcome.to_string().into());
        }
        let moved = moved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ok_or("the switch was not moved")?;
        commands.push(ended - moved);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(behind) = seen.iter().position(|(_, target)| *target != to_target) {
            return Err(format!("instance {behind} has not followed").into());
        }
        let mut after: Vec<Duration> = seen
            .iter()
            .map(|(at, _)| at.saturating_duration_since(moved))
            .collect();
        after.sort();
        medians.push(after[number / 2]);
        lasts.push(after[number - 1]);
    }
    for task in tasks {
        if task.is_finished() {
            return Err(task.await?.into());
        }
        task.abort();
    }
    let worst = |durations: &[Duration]| {
        let worst = durations.iter().max().copied().unwrap_or_default();
        format!("{:.0} ms", worst.as_secs_f64() * 1000.0)
    };
    println!(
        "{:<34}{:>12}{:>12}{:>12}",
        format!("{words}, worst of {}", 2 * ROUNDS),
        worst(&medians),
        worst(&lasts),
        worst(&commands)
    );
    Ok(())
}

/// Takes down on which side an instance reads, if that is news.
fn look(seen: &Mutex<Vec<(Instant, bool)>>, at: usize, target: bool) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if seen[at].1 != target {
        seen[at] = (Instant::now(), target);
    }
}

async fn run(url: &str, migrations: &[Migration], id: &str) -> Result<()> {
    let goal = Goal {
        only: Some(id.to_owned()),
        ..Goal::default()
    };
    let mut migrator = Migrator::connect(url, Settings::default()).await?;
    match migrator.run(migrations, &goal, &Watch::default()).await? {
        Outcome::Done => Ok(()),
        other => Err(other.to_string().into()),
    }
}

//! A rollout under live traffic, measured: `cargo xtask bench rollout` calls it.
//!
//! `rollout URL ROWS CONNECTIONS HELD_SECONDS`: the table gets ROWS rows; half of the
//! CONNECTIONS send raw SQL of the old shape, the other half go through accessors. While
//! `expand` runs, somebody's query holds ACCESS SHARE on the table for HELD_SECONDS.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use colmig::migrate::{Event, Goal, Migration, Migrator, Outcome, Settings, Watch, load};
use colmig::{Database, Db, Phase};
use colmig_tests::load::{Latency, Load};
use colmig_tests::model::{ADD, CREATE, User};
use colmig_tests::raw;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How long each baseline is watched.
const BASELINE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    match rollout().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rollout: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing went wrong.
async fn rollout() -> Result<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rows, connections, held] = &arguments[..] else {
        return Err("usage: rollout URL ROWS CONNECTIONS HELD_SECONDS".into());
    };
    let (rows, connections): (i64, usize) = (rows.parse()?, connections.parse()?);
    let held = Duration::from_secs(held.parse()?);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let migrations = load(&folder, Database::Postgres)?;

    step(
        url,
        &migrations,
        Goal {
            only: Some(CREATE.to_owned()),
            ..Goal::default()
        },
    )
    .await?;
    let db = instance(url).await?;
    raw::seed(&db, 1, rows).await?;
    raw::execute(&db, "ANALYZE users").await?;

    let (mut new, mut old) = (Vec::new(), Vec::new());
    for number in 0..connections {
        let instance = instance(url).await?;
        if number % 2 == 0 {
            new.push(instance)
        } else {
            old.push(instance)
        }
    }
    let load = Load::start(new.clone(), old, rows, Duration::from_millis(1));
    tokio::time::sleep(Duration::from_secs(2)).await;
    load.seen().take_latency();

    println!(
        "{:<28}{:>9}{:>11}{:>11}{:>11}{:>13}",
        "phase", "time", "requests", "p50", "p99", "longest wait"
    );
    tokio::time::sleep(BASELINE).await;
    print("(no migration)", BASELINE, load.seen().take_latency());
    if !held.is_zero() {
        let holder = hold(url, held).await?;
        let start = Instant::now();
        until(url, &migrations, Phase::Expand).await?;
        print(
            "expand, behind a long query",
            start.elapsed(),
            load.seen().take_latency(),
        );
        holder.await??;
    }
    for phase in Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
    {
        let start = Instant::now();
        until(url, &migrations, phase).await?;
        print(phase.name(), start.elapsed(), load.seen().take_latency());
    }
    tokio::time::sleep(BASELINE).await;
    print("(no migration)", BASELINE, load.seen().take_latency());
    let before = load.stop().await;

    // Contract ends what the old build relies on, so the new one is alone from here on.
    let load = Load::start(new, Vec::new(), rows, Duration::from_millis(1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    load.seen().take_latency();
    let start = Instant::now();
    let mut migrator = Migrator::connect(url, Settings::default()).await?;
    let outcome = migrator.contract(&migrations, ADD, &watch()).await?;
    if outcome != Outcome::Done {
        return Err(outcome.to_string().into());
    }
    print("contract", start.elapsed(), load.seen().take_latency());
    let after = load.stop().await;

    let wrong: Vec<String> = before.wrong().into_iter().chain(after.wrong()).collect();
    println!(
        "\nstatements that failed, reads that were wrong: {}",
        wrong.len()
    );
    for wrong in &wrong {
        println!("  {wrong}");
    }
    let early = before.early.load(std::sync::atomic::Ordering::Relaxed);
    println!("writes refused by type before `dual-write`: {early}");
    Ok(wrong.is_empty())
}

/// An instance with one connection.
async fn instance(url: &str) -> Result<Db> {
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(2)
        .connect(url)
        .await?;
    Ok(Db::options().model::<User>().from_postgres(pool))
}

async fn until(url: &str, migrations: &[Migration], phase: Phase) -> Result<()> {
    step(
        url,
        migrations,
        Goal {
            until: phase,
            only: Some(ADD.to_owned()),
            ..Goal::default()
        },
    )
    .await
}

async fn step(url: &str, migrations: &[Migration], goal: Goal) -> Result<()> {
    let mut migrator = Migrator::connect(url, Settings::default()).await?;
    match migrator.run(migrations, &goal, &watch()).await? {
        Outcome::Done => Ok(()),
        other => Err(other.to_string().into()),
    }
}

/// Says what somebody has to wait for.
fn watch() -> Watch {
    Watch::new(|event: &Event| {
        if event.is_warning() {
            eprintln!("  {event}");
        }
    })
}

/// Somebody's long query.
async fn hold(
    url: &str,
    held: Duration,
) -> Result<tokio::task::JoinHandle<std::result::Result<(), sqlx::Error>>> {
    use sqlx::{Connection as _, PgConnection};
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("BEGIN").execute(&mut connection).await?;
    sqlx::query("SELECT count(*) FROM users")
        .execute(&mut connection)
        .await?;
    Ok(tokio::spawn(async move {
        tokio::time::sleep(held).await;
        sqlx::query("COMMIT").execute(&mut connection).await?;
        connection.close().await
    }))
}

fn print(phase: &str, time: Duration, latency: Latency) {
    let ms = |duration: Duration| format!("{:.1} ms", duration.as_secs_f64() * 1000.0);
    println!(
        "{phase:<28}{:>7.1} s{:>11}{:>11}{:>11}{:>13}",
        time.as_secs_f64(),
        latency.requests,
        ms(latency.p50),
        ms(latency.p99),
        ms(latency.longest),
    );
}

//! Text that becomes a number, with rows that do not convert: `cargo xtask bench convert`
//! calls it.
//!
//! `convert URL ROWS`: the table of people gets ROWS rows, ten of them with an age that is no
//! number. The migration has to name exactly those, lose nothing, be aborted and run again,
//! and go on once they are mended.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use colmig::migrate::{
    Event, Goal, Migration, Migrator, Outcome, Settings, Switching, Watch, load,
};
use colmig::{Database, Db, Model, Phase, Reads};
use colmig_people::{CREATE, Person, REPLACE, insert_old};
use colmig_tests::raw;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What ten people say of their age.
const NOT_NUMBERS: [&str; 10] = [
    "abc",
    "",
    " ",
    "12.5",
    "1e3",
    "99999999999",
    "0x10",
    "twelve",
    "--5",
    "5 6",
];

#[tokio::main]
async fn main() -> ExitCode {
    match convert().await {
        Ok(wrong) if wrong.is_empty() => ExitCode::SUCCESS,
        Ok(wrong) => {
            for wrong in wrong {
                println!("WRONG: {wrong}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("convert: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What went wrong.
async fn convert() -> Result<Vec<String>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rows] = &arguments[..] else {
        return Err("usage: convert URL ROWS".into());
    };
    let rows: i64 = rows.parse()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("people/migrations");
    let migrations = load(&folder, Database::Postgres)?;
    let db = Db::options().model::<Person>().connect(url).await?;
    let mut wrong = Vec::new();
    let mut check = |holds: bool, what: &str| {
        println!("{} {what}", if holds { "yes " } else { "NO  " });
        if !holds {
            wrong.push(what.to_owned());
        }
    };

    run(url, &migrations, CREATE).await?;
    raw::execute(&db, &insert_old(1, rows)).await?;
    let every = rows / i64::try_from(NOT_NUMBERS.len())?;
    let bad: Vec<(i64, &str)> = NOT_NUMBERS
        .into_iter()
        .enumerate()
        .map(|(at, age)| Ok((every * i64::try_from(at)? + every / 3, age)))
        .collect::<Result<_>>()?;
    for (id, age) in &bad {
        let update = format!("UPDATE people SET age = '{age}' WHERE id = {id}");
        raw::execute(&db, &update).await?;
    }
    raw::execute(&db, "ANALYZE people").await?;
    let before = [legacy(&db).await?, schema(&db).await?];

    let started = Instant::now();
    let held = run(url, &migrations, REPLACE).await?;
    println!(
        "held after {:.1} s: {held}",
        started.elapsed().as_secs_f64()
    );
    let Outcome::Held { phase, gate, .. } = held else {
        return Err("it was not held".into());
    };
    check(phase == Phase::Backfill, "held in the backfill");
    let named = |(id, age): &(i64, &str)| gate.contains(&format!("{id} (age = '{age}')"));
    check(
        bad.iter().all(named),
        "each of the ten rows is named with its key and its value",
    );
    check(
        gate.matches(" (age = ").count() == bad.len(),
        "and no other row is",
    );
    check(
        legacy(&db).await? == before[0],
        "legacy holds what it held, in every row",
    );

    let mut migrator = Migrator::connect(url, settings()).await?;
    let aborted = migrator.abort(&migrations, REPLACE, &watch()).await?;
    check(aborted == Outcome::Done, "aborted");
    check(
        [legacy(&db).await?, schema(&db).await?] == before,
        "rows and schema are as they were before",
    );

    let held = run(url, &migrations, REPLACE).await?;
    check(
        matches!(held, Outcome::Held { .. }),
        "run again, it is held again",
    );
    for (id, _) in &bad {
        let mend = format!("UPDATE people SET age = '{}' WHERE id = {id}", id % 100);
        raw::execute(&db, &mend).await?;
    }
    let started = Instant::now();
    let done = run(url, &migrations, REPLACE).await?;
    println!(
        "after the rows were mended: {done}, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    check(done == Outcome::Done, "the same command goes on");
    let to = Switching::to(Reads::Target);
    let switched = migrator.switch(&migrations, REPLACE, to, &watch()).await?;
    check(switched == Outcome::Done, "reads come from the target");
    let contracted = migrator.contract(&migrations, REPLACE, &watch()).await?;
    check(contracted == Outcome::Done, "contracted");
    let right = "SELECT count(*) FROM people WHERE age_2 = id % 100";
    check(
        raw::number(&db, right).await? == rows,
        "every row holds its number",
    );
    let first = Person::find(&db, bad[0].0).await?;
    check(
        first.is_some_and(|person| i64::from(person.age) == bad[0].0 % 100),
        "and is read so",
    );
    Ok(wrong)
}

/// A checksum of all that the build before knows.
async fn legacy(db: &Db) -> Result<Option<String>> {
    let sql = "SELECT count(*) || ' ' || sum(hashtextextended(ROW(id, nick, age, name, street, town, note)::text, 0)) FROM people";
    Ok(raw::text(db, sql).await?)
}

/// The columns, constraints, triggers and functions.
async fn schema(db: &Db) -> Result<Option<String>> {
    let sql = "SELECT (SELECT string_agg(column_name || data_type || is_nullable, ',' ORDER BY column_name) \
               FROM information_schema.columns WHERE table_name = 'people') \
               || (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal) \
               || (SELECT count(*) FROM pg_proc WHERE proname LIKE 'colmig%') \
               || (SELECT count(*) FROM pg_constraint WHERE conrelid = 'people'::regclass)";
    Ok(raw::text(db, sql).await?)
}

fn settings() -> Settings {
    Settings {
        dwell: Duration::ZERO,
        duty: 1.0,
        batch_rows: 10_000,
        ..Settings::default()
    }
}

async fn run(url: &str, migrations: &[Migration], id: &str) -> Result<Outcome> {
    let goal = Goal {
        only: Some(id.to_owned()),
        again: true,
        ..Goal::default()
    };
    let mut migrator = Migrator::connect(url, settings()).await?;
    Ok(migrator.run(migrations, &goal, &watch()).await?)
}

fn watch() -> Watch {
    Watch::new(|event: &Event| {
        if event.is_warning() {
            eprintln!("  {event}");
        }
    })
}

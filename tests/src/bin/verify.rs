//! Both sides of a column compared over a whole table, and mended: `cargo xtask bench verify`
//! calls it.
//!
//! `verify URL ROWS`, where the URL may be `sqlite` for a new file: the table of people gets ROWS rows; in a thousandth of them one side is
//! changed while no trigger looks. `verify` has to name exactly those, and `--repair` to mend
//! them. It prints what a pass costs, beside what the database takes to count the rows, to
//! write them all, and, where it can, to make checksums of both sides.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use colmig::migrate::{
    Compared, Event, Goal, Migrator, Outcome, Repair, Settings, Verification, Verifying, Watch,
    load,
};
use colmig::{Database, Db, Phase};
use colmig_people::{CREATE, Person, REPLACE, insert_old};
use colmig_tests::{behind, raw};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    match bench().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("verify: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything is as it has to be.
async fn bench() -> Result<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rows] = &arguments[..] else {
        return Err("usage: verify URL ROWS".into());
    };
    let rows: i64 = rows.parse()?;
    let folder = tempfile::tempdir()?;
    let url = &match url.as_str() {
        "sqlite" => format!("sqlite:{}", folder.path().join("verify.db").display()),
        other => other.to_owned(),
    };
    let database = Database::of_url(url).ok_or("a URL of PostgreSQL, or `sqlite`")?;
    println!("\n{}, {rows} rows", database.title());
    create(url, database).await?;
    let place = Bench {
        url: url.clone(),
        database,
        rows,
        db: Db::options().model::<Person>().connect(url).await?,
    };
    place.run(CREATE, Phase::SwitchReads).await?;
    raw::execute(&place.db, &insert_old(1, rows)).await?;
    place.run(REPLACE, Phase::Backfill).await?;
    // As a server does by itself: what the backfill left behind is no part of a pass.
    let tidy = match database {
        Database::Postgres => "VACUUM ANALYZE people",
        _ => "ANALYZE people",
    };
    raw::execute(&place.db, tidy).await?;

    // Over the whole table, which no chunk of it could repeat.
    let count = place.time("SELECT count(*) FROM people").await?;
    let compared = place.time(&place.compare()).await?;
    let checksum = match database {
        Database::Postgres => Some(place.time(&place.checksum()).await?),
        _ => None,
    };
    let began = Instant::now();
    place.run(REPLACE, Phase::SwitchReads).await?;
    println!(
        "     constrain, its pass included: {:.2} s",
        began.elapsed().as_secs_f64()
    );
    let (full, clean) = place.verify(1.0, None).await?;
    let (half, _) = place.verify(0.5, None).await?;
    let line = |what: &str, time: Duration| {
        let times = time.as_secs_f64() / count.as_secs_f64();
        println!("{:8.2} s  {times:5.1}  {what}", time.as_secs_f64());
    };
    println!("    time  times of count(*)");
    line("SELECT count(*)", count);
    line("both sides of `age` compared in one statement", compared);
    if let Some(checksum) = checksum {
        line("two checksums of it in one statement", checksum);
    }
    let four = compared_all(&clean);
    line(
        &format!(
            "verify: 4 replaced columns in {} ranges, of which `age` {:.2} s",
            four.iter().map(|one| one.chunks).sum::<u64>(),
            four.iter()
                .find(|one| one.targets == ["age_2"])
                .map_or(0.0, |one| one.elapsed_ms as f64 / 1_000.0)
        ),
        full,
    );
    line("the same with the pauses of `duty = 0.5`", half);

    let mut passed = true;
    let mut check = |holds: bool, what: &str| {
        println!("{} {what}", if holds { "yes " } else { "NO  " });
        passed &= holds;
    };
    check(clean.holds(), "clean before anything is changed");
    let changed: BTreeSet<String> = (1..=rows / 1_000)
        .map(|at| (at * 1_000 - at % 997).to_string())
        .collect();
    let tamper = format!(
        "UPDATE people SET age_2 = age_2 + 1000 WHERE id IN ({})",
        changed.iter().cloned().collect::<Vec<_>>().join(", ")
    );
    behind::execute(&place.db, "people", &tamper).await?;
    let (_, found) = place.verify(1.0, None).await?;
    let named = |found: &Verification| -> BTreeSet<String> {
        let keys = found.checks.iter().flat_map(|check| check.keys.clone());
        keys.collect()
    };
    let number = changed.len();
    check(
        !found.holds() && named(&found) == changed,
        &format!("exactly the {number} rows that were changed are named"),
    );
    let (mending, mended) = place.verify(1.0, Some(Repair::default())).await?;
    line("verify --repair", mending);
    let counted: u64 = compared_all(&mended).iter().map(|one| one.mended).sum();
    check(
        mended.holds() && counted == number as u64,
        &format!("{number} rows are mended, and counted so"),
    );
    let right =
        "SELECT count(*) FROM people WHERE age_2 = id % 100 AND age = CAST(id % 100 AS text)";
    check(
        raw::number(&place.db, right).await? == rows,
        "every row holds on both sides what it held",
    );
    let (_, again) = place.verify(1.0, None).await?;
    check(again.holds(), "clean afterwards");

    // The last, for it leaves every row in another place.
    let began = Instant::now();
    raw::execute(&place.db, "UPDATE people SET note = 'x'").await?;
    line("UPDATE of every row", began.elapsed());
    Ok(passed)
}

fn compared_all(found: &Verification) -> Vec<&Compared> {
    let checks = found.checks.iter();
    checks.filter_map(|check| check.compared.as_ref()).collect()
}

struct Bench {
    url: String,
    database: Database,
    rows: i64,
    db: Db,
}

impl Bench {
    async fn migrator(&self, duty: f64) -> Result<Migrator> {
        let settings = Settings {
            duty,
            dwell: Duration::ZERO,
            ..Settings::default()
        };
        Ok(Migrator::connect(&self.url, settings).await?)
    }

    fn migrations(&self) -> Result<Vec<colmig::migrate::Migration>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("people/migrations");
        Ok(load(&folder, self.database)?)
    }

    async fn run(&self, id: &str, until: Phase) -> Result<()> {
        let goal = Goal {
            until,
            only: Some(id.to_owned()),
            ..Goal::default()
        };
        let mut migrator = self.migrator(1.0).await?;
        match migrator.run(&self.migrations()?, &goal, &watch()).await? {
            Outcome::Done => Ok(()),
            other => Err(other.to_string().into()),
        }
    }

    async fn verify(&self, duty: f64, repair: Option<Repair>) -> Result<(Duration, Verification)> {
        let mut verifying = Verifying::default();
        verifying.limit = 0;
        verifying.repair = repair;
        let mut migrator = self.migrator(duty).await?;
        let migrations = self.migrations()?;
        let began = Instant::now();
        let found = migrator.verify(&migrations, &verifying, &watch()).await?;
        Ok((began.elapsed(), found))
    }

    /// The best of three.
    async fn time(&self, sql: &str) -> Result<Duration> {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            raw::number(&self.db, sql).await?;
            best = best.min(began.elapsed());
        }
        Ok(best)
    }

    /// What `age` says as a number, as the migration has it for this table's values.
    fn rule(&self) -> &'static str {
        match self.database {
            Database::Postgres => {
                "CASE WHEN age ~ '^\\s*[+-]?[0-9]+\\s*$' AND length(age) <= 40 THEN \
                 CASE WHEN CAST(age AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST(age AS integer) END END"
            }
            _ => "CASE WHEN trim(age) NOT GLOB '*[^0-9]*' THEN CAST(age AS integer) END",
        }
    }

    fn compare(&self) -> String {
        let (rule, distinct) = match self.database {
            Database::Postgres => (self.rule(), "IS DISTINCT FROM"),
            _ => (self.rule(), "IS NOT"),
        };
        format!("SELECT count(*) FILTER (WHERE age_2 {distinct} ({rule})) FROM people")
    }

    /// Two sums over the hashes of each row's key and value.
    fn checksum(&self) -> String {
        let hash = |value: &str| {
            format!(
                "sum(hashtextextended(id || ':' || coalesce(({value})::text, '-'), 0)::numeric)"
            )
        };
        format!(
            "SELECT CASE WHEN {} = {} THEN 0 ELSE 1 END FROM people WHERE id <= {}",
            hash("age_2"),
            hash(self.rule()),
            self.rows
        )
    }
}

/// SQLite's file has to be there, with a write-ahead log, as an application would have it.
async fn create(url: &str, database: Database) -> Result<()> {
    if database == Database::Sqlite {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse()?;
        let options = options
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
        sqlx::SqlitePool::connect_with(options).await?.close().await;
    }
    Ok(())
}

fn watch() -> Watch {
    Watch::new(|event: &Event| {
        if event.is_warning() {
            eprintln!("  {event}");
        }
    })
}

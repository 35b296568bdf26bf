//! What an accessor costs beside the same query by hand: `cargo xtask bench accessor` calls it.
//!
//! `accessor URL ROUNDS BLOCK`: in each phase, and after contract, an access through an accessor and one
//! by hand take turns on one connection; BLOCK of each are a round. By hand means sqlx with the statement
//! that the accessor sends, so what is compared is all that is around it.
//!
//! `accessor --count URL MODE NUMBER`: NUMBER reads of one way, for somebody who counts instructions.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use colmig::migrate::{Goal, Migration, Migrator, Outcome, Settings, Watch, load};
use colmig::{Database, Db, Model, Phase, field};
use colmig_tests::model::{ADD, CREATE, User};
use colmig_tests::raw;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The rows of the table.
const ROWS: i64 = 10_000;

/// `User` when its migration is finished: what the derive writes then.
#[derive(Debug)]
struct Finished(User);

impl colmig::__private::Derived for Finished {
    type Key = i64;
    const MODEL: &'static str = "model Finished\ntable users\nfields id, first_name, last_name, display_name, handle, \
        plan, nick\nkey id\ndatabases postgres, sqlite\nfind SELECT \"users\".\"id\", \"users\".\"first_name\", \
        \"users\".\"last_name\", \"users\".\"display_name\", \"users\".\"handle\", \"users\".\"plan\", \
        \"users\".\"nick\" FROM \"users\" WHERE \"id\" = $1\ninsert INSERT\ndelete DELETE\nrecord\n";
    fn value(&self, field: usize) -> &dyn std::any::Any {
        [&self.0.id as &dyn std::any::Any, &self.0.first_name][field]
    }
    fn read(reader: &mut colmig::__private::Reader<'_>) -> colmig::Result<Self> {
        let (id, first_name, last_name, display_name, handle, plan, nick) = reader.take()?;
        Ok(Finished(User {
            id,
            first_name,
            last_name,
            display_name,
            handle,
            plan,
            nick,
        }))
    }
}

/// The struct for queries by hand.
#[derive(sqlx::FromRow)]
struct ByHand {
    id: i64,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    first_name: String,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    last_name: String,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    display_name: String,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    handle: String,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    plan: String,
    #[expect(dead_code, reason = "it is decoded, which is what counts")]
    nick: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match &arguments[..] {
        ["--count", url, mode, number] => count(url, mode, number).await,
        [url, rounds, block] => compare(url, rounds, block).await,
        _ => Err("usage: accessor [--count] URL ...".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("accessor: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(url: &str, rounds: &str, block: &str) -> Result<()> {
    let (rounds, block): (usize, i64) = (rounds.parse()?, block.parse()?);
    let place = Place::set_up(url).await?;
    println!(
        "{:<16}{:<8}{:>12}{:>8}{:>20}",
        "phase", "access", "by hand", "ratio", "middle half"
    );
    place.all(None, rounds, block).await?;
    for phase in Phase::ALL {
        if phase == Phase::Contract {
            place.contract().await?;
        } else {
            place.until(phase).await?;
        }
        place.all(Some(phase), rounds, block).await?;
    }
    place.find(1).await?;
    println!(
        "one look at the view of the phases: {:.1} ns",
        view(&place.db)?
    );
    Ok(())
}

/// How long one look takes, in nanoseconds: the best of some rounds, for nothing can make it shorter.
fn view(db: &Db) -> Result<f64> {
    const LOOKS: u32 = 1_000_000;
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..LOOKS {
            expect(std::hint::black_box(colmig::__private::knows_phases(
                std::hint::black_box(db),
            )))?;
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(LOOKS));
    }
    Ok(best)
}

/// One way of reading, often enough for instructions to be counted.
async fn count(url: &str, mode: &str, number: &str) -> Result<()> {
    let number: i64 = number.parse()?;
    let place = Place::open(url).await?;
    place.find(1).await?;
    let sql = place.sql()?;
    // Whatever is made once is made here, so that the difference of two counts holds none of it.
    for _ in 0..10 {
        place.find_by_hand(sql, 1).await?;
        place.find(1).await?;
        place.find_finished(1).await?;
    }
    for id in 1..=number {
        let id = id % ROWS + 1;
        match mode {
            "hand" => place.find_by_hand(sql, id).await?,
            "accessor" => place.find(id).await?,
            "finished" => place.find_finished(id).await?,
            _ => return Err("MODE is hand, accessor or finished".into()),
        }
    }
    Ok(())
}

/// A database with the table, and one connection to it.
struct Place {
    url: String,
    db: Db,
    migrations: Vec<Migration>,
}

impl Place {
    async fn open(url: &str) -> Result<Place> {
        let db = match Database::of_url(url) {
            Some(Database::Postgres) => {
                let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1);
                // A question before each access would hide half of what is compared.
                let pool = pool.test_before_acquire(false);
                Db::from_postgres(pool.connect(url).await?)
            }
            _ => {
                let options: sqlx::sqlite::SqliteConnectOptions = url.parse()?;
                // So would waiting for a disk.
                let options = options
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    .synchronous(sqlx::sqlite::SqliteSynchronous::Off);
                let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
                let pool = pool.test_before_acquire(false);
                Db::from_sqlite(pool.connect_with(options).await?)
            }
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        Ok(Place {
            url: url.to_owned(),
            migrations: load(&folder, db.database())?,
            db,
        })
    }

    async fn set_up(url: &str) -> Result<Place> {
        let place = Place::open(url).await?;
        let goal = Goal {
            only: Some(CREATE.to_owned()),
            ..Goal::default()
        };
        place.run(goal).await?;
        raw::seed(&place.db, 1, ROWS).await?;
        raw::execute(&place.db, "ANALYZE users").await?;
        Ok(place)
    }

    async fn until(&self, phase: Phase) -> Result<()> {
        let goal = Goal {
            until: phase,
            only: Some(ADD.to_owned()),
            ..Goal::default()
        };
        self.run(goal).await
    }

    async fn run(&self, goal: Goal) -> Result<()> {
        let mut migrator = self.migrator().await?;
        let watch = Watch::new(|_: &_| {});
        done(migrator.run(&self.migrations, &goal, &watch).await?)
    }

    async fn contract(&self) -> Result<()> {
        let mut migrator = self.migrator().await?;
        let watch = Watch::new(|_: &_| {});
        done(migrator.contract(&self.migrations, ADD, &watch).await?)
    }

    async fn migrator(&self) -> Result<Migrator> {
        Ok(Migrator::connect(&self.url, Settings::default()).await?)
    }

    /// The statement that `find` sends now.
    fn sql(&self) -> Result<&'static str> {
        let columns = User::columns(&self.db)?;
        // A statement by hand is part of the program, so this lives as long.
        Ok(format!("SELECT {columns} FROM \"users\" WHERE \"id\" = $1").leak())
    }

    /// Every access that the phase allows. None stands for before the migration.
    async fn all(&self, phase: Option<Phase>, rounds: usize, block: i64) -> Result<()> {
        // The view of the phases is as new as the phase.
        tokio::time::sleep(colmig::VIEW_MAX_AGE).await;
        self.find(1).await?;
        let sql = self.sql()?;
        let name = phase.map_or("(before)", Phase::name);
        let by_hand = |id| self.find_by_hand(sql, id);
        let find = turns(rounds, block, by_hand, |id| self.find(id)).await?;
        find.print(name, "find");
        let by_hand = |id| self.update_by_hand(id);
        let update = turns(rounds, block, by_hand, |id| self.update(id)).await?;
        update.print(name, "update");
        if phase == Some(Phase::Contract) {
            let by_hand = |id| self.find_by_hand(sql, id);
            let find = turns(rounds, block, by_hand, |id| self.find_finished(id)).await?;
            find.print("(next build)", "find");
        }
        Ok(())
    }

    async fn find(&self, id: i64) -> Result<()> {
        let found = User::find(&self.db, id).await?;
        expect(found.is_some_and(|user| user.id == id))
    }

    async fn find_finished(&self, id: i64) -> Result<()> {
        let found = Finished::find(&self.db, id).await?;
        expect(found.is_some_and(|user| user.0.id == id))
    }

    async fn find_by_hand(&self, sql: &'static str, id: i64) -> Result<()> {
        let found: Option<ByHand> = if let Some(pool) = self.db.as_postgres() {
            sqlx::query_as(sql).bind(id).fetch_optional(pool).await?
        } else if let Some(pool) = self.db.as_sqlite() {
            sqlx::query_as(sql).bind(id).fetch_optional(pool).await?
        } else {
            None
        };
        expect(found.is_some_and(|user| user.id == id))
    }

    async fn update(&self, id: i64) -> Result<()> {
        let update = User::update(id).set(field!(User.last_name), "Last");
        expect(update.execute(&self.db).await?)
    }

    async fn update_by_hand(&self, id: i64) -> Result<()> {
        let sql = "UPDATE \"users\" SET \"last_name\" = $1 WHERE \"id\" = $2";
        let updated = if let Some(pool) = self.db.as_postgres() {
            let query = sqlx::query(sql).bind("Last").bind(id);
            query.execute(pool).await?.rows_affected()
        } else if let Some(pool) = self.db.as_sqlite() {
            let query = sqlx::query(sql).bind("Last").bind(id);
            query.execute(pool).await?.rows_affected()
        } else {
            0
        };
        expect(updated == 1)
    }
}

fn done(outcome: Outcome) -> Result<()> {
    match outcome {
        Outcome::Done => Ok(()),
        other => Err(other.to_string().into()),
    }
}

fn expect(right: bool) -> Result<()> {
    match right {
        true => Ok(()),
        false => Err("an access gave something else than the row".into()),
    }
}

/// Compares two ways of access, in turns, so that a busy moment of the machine falls on both.
async fn turns<H, O>(
    rounds: usize,
    block: i64,
    by_hand: impl Fn(i64) -> H,
    ours: impl Fn(i64) -> O,
) -> Result<Ratios>
where
    H: Future<Output = Result<()>>,
    O: Future<Output = Result<()>>,
{
    let mut ratios = Ratios::default();
    for _ in 0..rounds {
        let (mut hand_time, mut our_time) = (Duration::ZERO, Duration::ZERO);
        for id in 1..=block {
            let start = Instant::now();
            by_hand(id).await?;
            let between = Instant::now();
            ours(id).await?;
            our_time += between.elapsed();
            hand_time += between - start;
        }
        ratios.push(hand_time.as_secs_f64(), our_time.as_secs_f64(), block);
    }
    Ok(ratios)
}

/// The rounds of one comparison.
#[derive(Default)]
struct Ratios {
    ratios: Vec<f64>,
    by_hand: Vec<f64>,
}

impl Ratios {
    fn push(&mut self, by_hand: f64, ours: f64, block: i64) {
        self.ratios.push(ours / by_hand);
        // A block is small enough for a float to be exact.
        self.by_hand.push(by_hand / block as f64);
    }

    fn print(mut self, phase: &str, access: &str) {
        self.ratios.sort_by(f64::total_cmp);
        self.by_hand.sort_by(f64::total_cmp);
        let at = |sorted: &[f64], quarter: usize| sorted[(sorted.len() - 1) * quarter / 4];
        println!(
            "{phase:<16}{access:<8}{:>9.1} us{:>8.3}{:>20}",
            at(&self.by_hand, 2) * 1e6,
            at(&self.ratios, 2),
            format!("{:.3} - {:.3}", at(&self.ratios, 1), at(&self.ratios, 3)),
        );
    }
}

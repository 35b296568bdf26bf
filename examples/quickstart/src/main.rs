//! The main job in one command: `cargo run -p quickstart`, on SQLite; on an empty database of
//! yours with its URL behind `--`.
//!
//! It makes a small project with a table of 200,000 rows, or a collection of as many documents,
//! puts it under load, adds a required field to the struct, and rolls it out through all six
//! phases while a build that knows the field and one that does not go on reading and writing. On
//! MongoDB, where nothing in the database serves the one that does not, it is replaced before old
//! documents are filled.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "it is a command, and this is what it shows"
)]

mod kind;
mod load;
mod rollout;
mod shop;
mod table;

use std::path::Path;
use std::process::ExitCode;

use kind::Kind;
use load::{Load, Measured};
use rollout::Work;
use shop::{Build, Shop};

/// What a step of the story may fail with. The story ends there and says why.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const ROWS: u64 = 200_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let story = match (arguments.next(), arguments.next()) {
        (url, None) => story(url),
        (_, Some(_)) => Err("usage: quickstart [URL of an empty database]".into()),
    };
    match story {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("\nThe quick start ends here: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Plays the story. The number of requests that failed.
fn story(url: Option<String>) -> Result<u64> {
    let shop = Shop::create(url)?;
    say(match shop.kind {
        Kind::Table => {
            "A shop with a table `users`: a struct with three fields, and its first migration"
        }
        Kind::Collection => {
            "A shop with a collection `users`: a struct with three fields, and its first migration"
        }
    });
    shop.colmig(&["init", "--database", shop.database()?])?;
    shop.colmig(&["generate"])?;
    shop.colmig(&["run"])?;
    let before = shop.build(Build::Before)?;
    shop.seed(&before, ROWS)?;

    say("It goes live: two instances read and write all the time");
    let mut load = Load::default();
    load.start(&shop, &before, 1_000_000_000)?;
    load.start(&shop, &before, 2_000_000_000)?;

    say("A field is added to the struct. The compiler knows that no migration holds it");
    shop.add_field()?;
    shop.check_fails()?;

    say("One command writes the migration, and the program compiles again");
    shop.colmig(&["generate"])?;
    let after = shop.build(Build::After)?;

    let phases = match shop.kind {
        Kind::Table => roll_out_column(&shop, &mut load, &after)?,
        Kind::Collection => roll_out_field(&shop, &mut load, &after)?,
    };
    let errors = load.stop()?;

    println!("\n{}", table::render(&phases));
    println!("requests that failed: {errors}");
    println!("\nWhat was generated, to look at:\n{}", shop.generated()?);
    Ok(errors)
}

/// A column of a table: a trigger serves the old build to the end, so both are there in each phase.
fn roll_out_column(shop: &Shop, load: &mut Load, after: &Path) -> Result<Vec<Measured>> {
    say("The column is rolled out, while everybody goes on");
    let mut phases = vec![load.measure("(before)", undisturbed)?];
    for phase in ["expand", "dual-write"] {
        phases.push(load.measure(phase, |_| shop.run_until(phase, &[]))?);
    }
    say("From here on the new build can be deployed: two instances of it join");
    load.start(shop, after, 3_000_000_000)?;
    load.start(shop, after, 4_000_000_000)?;
    for phase in ["backfill", "constrain", "switch-reads"] {
        phases.push(load.measure(phase, |_| shop.run_until(phase, &[]))?);
    }
    say("The old build is gone everywhere, so what served it can go");
    load.stop_oldest(2)?;
    phases.push(load.measure("contract", |_| shop.contract())?);
    phases.push(load.measure("(after)", undisturbed)?);
    Ok(phases)
}

/// A field of a collection: nothing in the database fills it for the old build, so that is replaced
/// before old documents are filled.
fn roll_out_field(shop: &Shop, load: &mut Load, after: &Path) -> Result<Vec<Measured>> {
    say("The field is rolled out, while everybody goes on");
    let mut phases = vec![load.measure("(before)", undisturbed)?];
    for phase in ["expand", "dual-write"] {
        phases.push(load.measure(phase, |_| shop.run_until(phase, &[]))?);
    }
    say(
        "MongoDB has no triggers: what the old build stores lacks the field. So nothing is filled while it is there",
    );
    shop.is_held("backfill")?;

    say("The new build is deployed, one instance after the other");
    phases.push(load.measure("(deploy)", |load| {
        for first_new_id in [3_000_000_000, 4_000_000_000] {
            load.start(shop, after, first_new_id)?;
            undisturbed(load)?;
            load.stop_oldest(1)?;
        }
        Ok(Work::default())
    })?);
    say(
        "Scripts hold no lease. That there are none which write the collection only we can know, and say",
    );
    phases.push(load.measure("backfill", |_| {
        shop.run_until("backfill", &["--assume-drained"])
    })?);
    for phase in ["constrain", "switch-reads"] {
        phases.push(load.measure(phase, |_| shop.run_until(phase, &[]))?);
    }
    say("From here on a document without the field is refused; what is left of the way can go");
    phases.push(load.measure("contract", |_| shop.contract())?);
    phases.push(load.measure("(after)", undisturbed)?);
    Ok(phases)
}

/// What the load is like when nothing is rolled out.
fn undisturbed(_: &mut Load) -> Result<Work> {
    std::thread::sleep(std::time::Duration::from_secs(2));
    Ok(Work::default())
}

fn say(what: &str) {
    println!("\n== {what}");
}

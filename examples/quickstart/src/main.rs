//! The main job in one command: `cargo run -p quickstart`, on SQLite; on an empty database of
//! yours with its URL behind `--`.
//!
//! It makes a small project with a table of 200,000 rows, puts it under load, adds a
//! required field to the struct, and rolls the column out through all six phases while
//! a build that knows the field and one that does not go on reading and writing.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "it is a command, and this is what it shows"
)]

mod load;
mod rollout;
mod shop;
mod table;

use std::process::ExitCode;

use load::Load;
use shop::{Build, Shop};

/// What a step of the story may fail with. The story ends there and says why.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const ROWS: u64 = 200_000;

/// The phases that `run` enters; `contract` is a command of its own.
const PHASES: [&str; 5] = [
    "expand",
    "dual-write",
    "backfill",
    "constrain",
    "switch-reads",
];

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
    say("A shop with a table `users`: a struct with three fields, and its first migration");
    let shop = Shop::create(url)?;
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

    say("The column is rolled out, while everybody goes on");
    let mut phases = vec![load.measure("(before)", undisturbed)?];
    for phase in PHASES {
        phases.push(load.measure(phase, || shop.run_until(phase))?);
        if phase == "dual-write" {
            say("From here on the new build can be deployed: two instances of it join");
            load.start(&shop, &after, 3_000_000_000)?;
            load.start(&shop, &after, 4_000_000_000)?;
        }
    }
    say("The old build is gone everywhere, so what served it can go");
    load.stop_oldest(2)?;
    phases.push(load.measure("contract", || shop.contract())?);
    phases.push(load.measure("(after)", undisturbed)?);
    let errors = load.stop()?;

    println!("\n{}", table::render(&phases));
    println!("requests that failed: {errors}");
    println!("\nWhat was generated, to look at:\n{}", shop.generated()?);
    Ok(errors)
}

/// What the load is like when nothing is rolled out.
fn undisturbed() -> Result<rollout::Work> {
    std::thread::sleep(std::time::Duration::from_secs(2));
    Ok(rollout::Work::default())
}

fn say(what: &str) {
    println!("\n== {what}");
}

//! `cargo xtask bench accessor`: an accessor beside the same query by hand.

use std::path::Path;
use std::process::Command;

use clap::Args;
use colmig_harness::Postgres;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, output, target_dir};
use crate::error::{Error, Result};
use crate::report;

/// An accessor beside the same query by hand, in each phase
#[derive(Debug, Args)]
pub(crate) struct Accessor {
    /// How often the two take turns
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The accesses of one turn
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..10_000))]
    block: u32,
}

/// The difference of two counts holds nothing of what comes before the reads.
const COUNTED: [u32; 2] = [1_000, 3_000];

/// Each is counted as often, and the least counts: whether an answer is there when it is asked for
/// depends on how two threads take turns, and each time that it is not is a look in vain.
const COUNTS: usize = 5;

impl Accessor {
    pub(super) fn run(&self) -> Result<()> {
        ensure(Server::Postgres)?;
        let mut build = cargo();
        build.args(["build", "--quiet", "--release", "--package", "colmig-tests"]);
        output(build.args(["--bin", "accessor"]), 0)?;
        let program = target_dir().join("release/accessor");

        println!("PostgreSQL, by the clock:");
        // Not durable: a disk that is waited for would hide what is compared.
        let server = Postgres::builder().start()?;
        self.compare(&program, &server.url("postgres"))?;

        println!("\nSQLite, by the clock:");
        let folder = target_dir().join("bench/accessor");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let url = format!("sqlite:{}?mode=rwc", folder.join("app.db").display());
        self.compare(&program, &url)?;

        println!("\nSQLite, `find` by instructions (after contract):");
        if Command::new("valgrind").arg("--version").output().is_err() {
            report::status(
                "Skipping",
                "the count of instructions: valgrind is not installed",
            );
            return Ok(());
        }
        let hand = instructions(&program, &folder, &url, "hand")?;
        println!("{:<24}{hand:>10.0}", "by hand");
        for (mode, name) in [
            ("accessor", "accessor, same build"),
            ("finished", "accessor, next build"),
        ] {
            let ours = instructions(&program, &folder, &url, mode)?;
            println!("{name:<24}{ours:>10.0}{:>8.3}", ours / hand);
        }
        Ok(())
    }

    fn compare(&self, program: &Path, url: &str) -> Result<()> {
        let mut command = Command::new(program);
        command.args([url, &self.rounds.to_string(), &self.block.to_string()]);
        print!("{}", output(&mut command, 0)?);
        Ok(())
    }
}

/// The instructions of one read.
fn instructions(program: &Path, folder: &Path, url: &str, mode: &str) -> Result<f64> {
    let log = folder.join("callgrind.log");
    let [few, many] = COUNTED.map(|number| {
        let counts = (0..COUNTS).map(|_| counted(program, &log, url, mode, number));
        counts.collect::<Result<Vec<f64>>>()
    });
    let least = |counts: Vec<f64>| counts.into_iter().fold(f64::INFINITY, f64::min);
    Ok((least(many?) - least(few?)) / f64::from(COUNTED[1] - COUNTED[0]))
}

/// The instructions of the whole program at so many reads.
fn counted(program: &Path, log: &Path, url: &str, mode: &str, number: u32) -> Result<f64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.display()));
    command.arg(program);
    command.args(["--count", url, mode, &number.to_string()]);
    output(&mut command, 0)?;
    let words = std::fs::read_to_string(log).map_err(Error::io("read", log))?;
    let mut lines = words.lines();
    let total = lines.find_map(|line| line.split_once("Collected :"));
    let total = total.and_then(|(_, total)| total.trim().parse().ok());
    total.ok_or_else(|| Error::Uncounted(log.to_owned()))
}

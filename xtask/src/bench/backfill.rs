//! `cargo xtask bench backfill`: how fast a column is filled, and what live traffic notices.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;
use colmig_harness::install::{Server, ensure};
use colmig_harness::{MariaDb, Postgres, ReplicaSet, Storage};

use crate::bench::colmig::{Colmig, Profile};
use crate::cargo::{cargo, output, status, target_dir};
use crate::error::Result;
use crate::loaded::Loaded;
use crate::report;

/// The folder that is kept in memory, on systems that have it.
const MEMORY: &str = "/dev/shm";

/// What a row takes there, with the copy, its dead versions, and the log.
const BYTES_OF_A_ROW: u64 = 2_500;

/// What the server takes there without a row: with MariaDB's log, which has its size from the
/// beginning.
const BYTES_OF_A_SERVER: u64 = 5 << 30;

/// How fast a column is filled, beside one UPDATE of the whole table, fixed duty cycles and the
/// method of other tools, and what live traffic notices of each
///
/// docs/benches.md says how it measures, and which runs do not count.
#[derive(Debug, Args)]
pub(crate) struct Backfill {
    /// The database
    #[arg(long, value_enum)]
    database: Loaded,
    /// The rows of the table [default: 2,000,000 on PostgreSQL, else 1,000,000]
    #[arg(long)]
    rows: Option<u64>,
    /// How often every method has its turn
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// How long a method has under load, in seconds, where it can be stopped
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// How long the traffic is watched before and after each method, in seconds
    #[arg(long, default_value_t = 3.0)]
    baseline: f64,
    /// How long a machine is waited for before each run, in seconds, while it has something else
    /// to do
    #[arg(long, default_value_t = 60.0)]
    patience: f64,
    /// The live traffic, in percent of what the machine can do
    #[arg(long, default_value = "0,30,60")]
    loads: String,
    /// The methods: control, one-update, two-updates, colmig-N (workers), joined, duty-N (percent), or
    /// colmig:KEY=VALUE+KEY=VALUE with settings of colmig.toml [default: all of the database]
    #[arg(long)]
    methods: Option<String>,
    /// Keep the data on disk also where there is room in memory: a commit waits for it then, as
    /// in production, and for whatever else it has to do
    #[arg(long)]
    disk: bool,
    /// Where the figures go [default: target/bench/backfill-DATABASE.json]
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where the charts go [default: target/bench/backfill-DATABASE.svg]
    #[arg(long)]
    svg: Option<PathBuf>,
}

impl Backfill {
    /// Fails if a method fills a row with anything else than the rule gives.
    pub(crate) fn run(self) -> Result<ExitCode> {
        let rows = self.rows.unwrap_or(match self.database {
            Loaded::Postgres => 2_000_000,
            Loaded::Sqlite | Loaded::MariaDb | Loaded::MongoDb => 1_000_000,
        });
        let in_memory = !self.disk && has_room(rows);
        let colmig = Colmig::build(Profile::Dev)?;
        let mut command = self.command(&colmig, rows, in_memory);
        // A server goes with its value, whatever becomes of the bench.
        let succeeded = match self.database {
            Loaded::Postgres => {
                let server = postgres(in_memory)?;
                status(command.args(["--url", &server.url("postgres")]))?.success()
            }
            Loaded::MariaDb => {
                let server = mariadb(in_memory)?;
                status(command.args(["--url", &server.url("mysql")]))?.success()
            }
            Loaded::MongoDb => {
                let set = mongodb(in_memory)?;
                status(command.args(["--url", &set.url("admin")]))?.success()
            }
            Loaded::Sqlite => status(&mut command)?.success(),
        };
        Ok(match succeeded {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    fn command(&self, colmig: &Colmig, rows: u64, in_memory: bool) -> Command {
        let mut command = program("run", self.database, colmig, in_memory);
        command
            .args(["--rows", &rows.to_string()])
            .args(["--rounds", &self.rounds.to_string()])
            .args(["--seconds", &self.seconds.to_string()])
            .args(["--baseline", &self.baseline.to_string()])
            .args(["--patience", &self.patience.to_string()])
            .args(["--loads", &self.loads])
            .arg("--json")
            .arg(file(&self.json, "backfill", self.database, "json"))
            .arg("--svg")
            .arg(file(&self.svg, "backfill", self.database, "svg"));
        if let Some(methods) = &self.methods {
            command.args(["--methods", methods]);
        }
        command
    }
}

/// The program that measures.
pub(super) fn program(verb: &str, database: Loaded, colmig: &Colmig, in_memory: bool) -> Command {
    let (storage, scratch) = match in_memory {
        true => (format!("memory ({MEMORY})"), PathBuf::from(MEMORY)),
        false => ("files on disk".to_owned(), env::temp_dir()),
    };
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
        .args(["--bin", "backfill", "--", verb])
        .args(["--database", database.name(), "--storage", &storage])
        .arg("--scratch")
        .arg(scratch)
        .arg("--colmig")
        .arg(colmig.program());
    command
}

/// Where figures go: where somebody says, as seen from here, for the program runs elsewhere.
pub(super) fn file(given: &Option<PathBuf>, bench: &str, database: Loaded, end: &str) -> PathBuf {
    match given {
        Some(given) => env::current_dir().unwrap_or_default().join(given),
        None => {
            let file = format!("{bench}-{}.{end}", database.name());
            target_dir().join("bench").join(file)
        }
    }
}

/// A server as in production, but for what strikes at a time of its own: a checkpoint or a
/// vacuum in the run of one method and not in that of another would be a difference between them.
fn postgres(in_memory: bool) -> Result<Postgres> {
    ensure(Server::Postgres)?;
    Ok(Postgres::builder()
        .durable(true)
        .storage(storage(in_memory))
        .setting("shared_buffers", "2GB")
        .setting("max_wal_size", "8GB")
        .setting("checkpoint_timeout", "1h")
        .setting("autovacuum", "off")
        .start()?)
}

/// The same of MariaDB: the log is so large that no page has to be written to make room in it.
pub(super) fn mariadb(in_memory: bool) -> Result<MariaDb> {
    ensure(Server::MariaDb)?;
    Ok(MariaDb::builder()
        .durable(true)
        .storage(storage(in_memory))
        .setting("innodb-buffer-pool-size", "2G")
        .setting("innodb-log-file-size", "4G")
        .start()?)
}

/// What is changed stays in the cache: to write it meanwhile takes a processor, which of two methods the
/// one that needs two would not have.
const NO_EVICTION: &str = "eviction_dirty_target=80,eviction_dirty_trigger=95,eviction_updates_target=80,eviction_updates_trigger=95";

/// The same of MongoDB, as a set of one node, for in production there is a set: what a majority has
/// to have is in its journal. The bench makes the checkpoints itself, and the oplog is so large
/// that nothing has to go from it.
fn mongodb(in_memory: bool) -> Result<ReplicaSet> {
    ensure(Server::MongoDb)?;
    Ok(ReplicaSet::builder()
        .nodes(1)
        .storage(storage(in_memory))
        .setting("wiredTigerCacheSizeGB", "8")
        .setting("wiredTigerEngineConfigString", NO_EVICTION)
        .setting("syncdelay", "3600")
        .setting("oplogSize", "16384")
        .start()?)
}

fn storage(in_memory: bool) -> Storage {
    match in_memory {
        true => Storage::Memory,
        false => Storage::Disk,
    }
}

/// Whether memory holds it: latency on a disk that others use is that of the others.
pub(super) fn has_room(rows: u64) -> bool {
    let needed = BYTES_OF_A_SERVER + rows.saturating_mul(BYTES_OF_A_ROW);
    let mut df = Command::new("df");
    df.args(["--output=avail", "--block-size=1", MEMORY]);
    let text = match Path::new(MEMORY).exists() {
        true => output(&mut df, 0).unwrap_or_default(),
        false => String::new(),
    };
    let room = text
        .lines()
        .last()
        .and_then(|line| line.trim().parse().ok());
    let has_room = room.is_some_and(|room: u64| room >= needed);
    if !has_room {
        report::status("Measuring", format!("on disk: {MEMORY} lacks room"));
    }
    has_room
}

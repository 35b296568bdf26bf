//! What a worker process holds in memory, at a table of a hundred million keys.
//!
//! The table need not have them: a worker sees a table through its ranges, so those are written
//! as such a table would have them, as many as there are at most, with a few rows in each.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use colmig_harness::{Postgres, Storage};
use colmig_tests::command::colmig_binary;
use colmig_tests::project::Project;

/// As many as a table is divided into at most.
const RANGES: u64 = 4_096;
/// In all of them together, evenly.
const KEYS: u64 = 100_000_000;
/// How many keys there are for each row that is there.
const FOR_A_ROW: u64 = 500;

/// What a worker may have at most, in KiB, and by how much it may grow from the tenth part of
/// the ranges to the last.
const MOST: u64 = 64 * 1_024;
const GROWTH: u64 = 2 * 1_024;

const LIMIT: Duration = Duration::from_secs(240);

struct Table {
    project: Project,
    server: Postgres,
}

impl Table {
    fn start(&self, arguments: &[&str]) -> Child {
        Command::new(colmig_binary())
            .arg("colmig")
            .args(arguments)
            .args(["--database-url", &self.server.url("postgres")])
            .current_dir(self.project.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn colmig(&self, arguments: &[&str]) {
        let status = self.start(arguments).wait().unwrap();
        assert!(status.success(), "{arguments:?}");
    }

    fn sql(&self, sql: &str) -> String {
        self.server.psql("postgres", sql).unwrap()
    }

    fn number(&self, sql: &str) -> u64 {
        self.sql(sql).parse().unwrap()
    }

    fn left(&self) -> u64 {
        self.number("SELECT count(*) FROM colmig_range WHERE done = 0")
    }
}

/// The most that a process has had in memory so far, in KiB.
fn peak(process: &Child) -> u64 {
    let path = format!("/proc/{}/status", process.id());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let words = line.unwrap().split_whitespace().nth(1).unwrap();
    words.parse().unwrap()
}

#[test]
fn a_worker_at_a_hundred_million_keys_stays_small() {
    let table = Table {
        project: Project::new(&["postgres"]),
        server: Postgres::builder()
            .storage(Storage::Memory)
            .start()
            .unwrap(),
    };
    // All as it is by default, but that nobody is waited for.
    let settings = "databases = [\"postgres\"]\n\n[run]\noffline = true\nlease = \"1s\"\n";
    std::fs::write(table.project.folder().join("colmig.toml"), settings).unwrap();
    table.colmig(&["run"]);
    table.sql(&format!(
        "INSERT INTO users (id, first_name, last_name) \
         SELECT i * {FOR_A_ROW}, 'first', 'last' FROM generate_series(1, {}) AS i; VACUUM ANALYZE users",
        KEYS / FOR_A_ROW
    ));
    table.project.add_field();
    // A run that has divided the table, and was killed before it filled anything.
    table.colmig(&["tune", "--pause"]);
    let mut run = table.start(&["run"]);
    let began = Instant::now();
    while table.number("SELECT count(*) FROM colmig_range") == 0 {
        assert!(began.elapsed() < LIMIT);
        sleep(Duration::from_millis(50));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let of_range = KEYS / RANGES;
    let key = |expression: &str| {
        format!("json_build_array(json_build_object('text', ({expression})::text))::text")
    };
    let (lower, upper) = (
        key(&format!("i * {of_range}")),
        key(&format!("(i + 1) * {of_range}")),
    );
    table.sql(&format!(
        "CREATE TEMP TABLE one AS SELECT migration, phase, step FROM colmig_range LIMIT 1; \
         DELETE FROM colmig_range; \
         INSERT INTO colmig_range (migration, phase, step, ordinal, lower_key, upper_key) \
         SELECT migration, phase, step, i, CASE WHEN i > 0 THEN {lower} END, CASE WHEN i < {RANGES} - 1 THEN {upper} END \
         FROM one, generate_series(0, {RANGES} - 1) AS i"
    ));
    table.colmig(&["tune", "--reset"]);

    let mut worker = table.start(&["run", "--worker"]);
    let began = Instant::now();
    let (mut early, mut latest) = (None, 0);
    loop {
        let left = table.left();
        latest = peak(&worker).max(latest);
        if left <= RANGES - RANGES / 10 {
            early.get_or_insert(latest);
        }
        if left == 0 {
            break;
        }
        assert!(began.elapsed() < LIMIT, "{left} ranges are left");
        sleep(Duration::from_millis(100));
    }
    let took = began.elapsed();
    worker.kill().unwrap();
    worker.wait().unwrap();
    println!(
        "{RANGES} ranges of {KEYS} keys in {:.0} s: {early:?} KiB after a tenth of them, {latest} KiB at the end",
        took.as_secs_f64()
    );
    let wrong = "SELECT count(*) FROM users WHERE display_name IS DISTINCT FROM 'first last'";
    assert_eq!(table.number(wrong), 0, "it has worked");
    assert!(latest < MOST, "{latest} KiB");
    assert!(latest < early.unwrap() + GROWTH, "{early:?} {latest}");
}

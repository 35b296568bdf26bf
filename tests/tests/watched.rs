//! A backfill as a monitoring system sees it: what `--metrics-addr` serves while it goes on, and
//! what the JSON lines say at the same time.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use colmig::Db;
use colmig_tests::command::colmig_binary;
use colmig_tests::project::Project;
use colmig_tests::raw;
use serde_json::Value;

/// The samples that are served, by their names and labels.
type Samples = BTreeMap<String, f64>;

/// Enough for several reports of a backfill in batches of 50.
const ROWS: i64 = 40_000;

/// The step that fills the column. Another one may show the rows to a check afterwards.
const STEP: &str = "backfill_users_display_name";

struct Run {
    project: Project,
    url: String,
}

impl Run {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(colmig_binary());
        command
            .arg("colmig")
            .args(arguments)
            .args(["--format", "json", "--database-url", &self.url])
            .current_dir(self.project.folder())
            .stdin(Stdio::null());
        command
    }

    /// A table with rows, and a migration that has a column to fill.
    async fn prepare(&self) -> Db {
        self.prepare_with(ROWS).await
    }

    async fn prepare_with(&self, rows: i64) -> Db {
        let output = self.command(&["run"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let db = Db::connect(&self.url).await.unwrap();
        raw::seed(&db, 1, rows).await.unwrap();
        self.project.add_field();
        db
    }
}

/// A port that nobody had a moment ago.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// The samples that are served, by their names and labels; and the text.
fn scrape(address: SocketAddr) -> (Samples, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(
        stream,
        "GET /metrics HTTP/1.1\r\nHost: colmig\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let samples = answer
        .lines()
        .filter(|line| line.starts_with("colmig_"))
        .filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
    (samples.collect(), answer)
}

/// The value of the sample of this name with these labels among its labels.
fn value(samples: &Samples, name: &str, labels: &[&str]) -> Option<f64> {
    samples
        .iter()
        .find(|(sample, _)| {
            sample.split('{').next() == Some(name)
                && labels.iter().all(|label| sample.contains(label))
        })
        .map(|(_, value)| *value)
}

/// What was seen of a backfill.
struct Watched {
    /// What was served at each progress, and what its line said.
    scraped: Vec<(Samples, Value)>,
    /// What was served last, as it was.
    text: String,
    /// The line of the step that was done.
    done: Value,
}

/// Runs the migration, and scrapes at each progress of its backfill.
fn watched(run: &Run) -> Watched {
    let address = free();
    let mut child = run
        .command(&["run", "--metrics-addr", &address.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut scraped, mut text, mut done) = (Vec::new(), String::new(), Value::Null);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        match event["event"].as_str() {
            Some("backfill-progress") if event["step"] == STEP => {
                let (samples, served) = scrape(address);
                scraped.push((samples, event));
                text = served;
            }
            Some("step-done") if event["phase"] == "backfill" && done.is_null() => done = event,
            _ => {}
        }
    }
    let ended = child.wait_with_output().unwrap();
    let words = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{words}");
    assert!(
        words.contains(&format!("Serving metrics at http://{address}/metrics")),
        "{words}"
    );
    Watched {
        scraped,
        text,
        done,
    }
}

/// What holds on every database.
fn is_watched(watched: &Watched) {
    let Watched {
        scraped,
        text,
        done,
    } = watched;
    assert_eq!(done["rows"], ROWS, "{done}");
    assert!(scraped.len() >= 3, "{} reports only", scraped.len());
    let step = [&*format!("step=\"{STEP}\""), "migration=\""];
    let rows = |at: usize| value(&scraped[at].0, "colmig_backfill_rows_total", &step).unwrap();
    let last = scraped.len() - 1;
    assert!(rows(0) > 0.0 && rows(last) > rows(0), "{text}");
    // In the middle of it: by the last scrape all may be done.
    let middle = scraped.len() / 2;
    let (samples, event) = &scraped[middle];
    let left = value(samples, "colmig_backfill_rows_remaining", &step).unwrap();
    assert!(left < ROWS as f64, "{text}");
    // One process has done all of it, and the line tells of what was served.
    assert!(event["rows"].as_f64().unwrap() <= rows(middle), "{event}");
    for name in [
        "colmig_backfill_rows_changed_total",
        "colmig_backfill_seconds_left",
        "colmig_backfill_batch_rows",
        "colmig_backfill_batch_seconds_count",
    ] {
        let found = value(samples, name, &step);
        assert!(found.is_some_and(|found| found > 0.0), "{name}: {text}");
    }
    let in_phase = |phase: &str| value(samples, "colmig_phase", &[phase]);
    assert_eq!(in_phase("phase=\"backfill\""), Some(1.0), "{text}");
    assert_eq!(in_phase("phase=\"expand\""), Some(0.0), "{text}");
    assert!(
        value(samples, "colmig_fleet_instances", &["state=\"live\""]).is_some(),
        "{text}"
    );
    let writes = value(
        samples,
        "colmig_backfill_probe_seconds_count",
        &["kind=\"write\""],
    );
    assert!(writes.is_some_and(|writes| writes > 10.0), "{text}");
    assert!(
        text.contains("# TYPE colmig_backfill_batch_seconds histogram"),
        "{text}"
    );
    assert!(
        text.contains("# HELP colmig_backfill_rows_total Rows that"),
        "{text}"
    );

    let probe = &event["probe"];
    let [p50, p99] = ["write_p50_us", "write_p99_us"].map(|name| probe[name].as_u64().unwrap());
    assert!(0 < p50 && p50 <= p99, "{event}");
    assert!(event["held"].is_null(), "{event}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let project = Project::new(&["sqlite"]);
    let url = format!(
        "sqlite:{}?mode=rwc",
        project.folder().join("app.db").display()
    );
    let run = Run { project, url };
    run.prepare().await.close().await;
    let watched = watched(&run);
    is_watched(&watched);
    assert!(watched.done["server_log_bytes"].is_null());
    // Nobody can say who is at work there.
    assert!(watched.scraped[0].1["probe"]["read_p99_us"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let server = colmig_harness::shared_postgres().unwrap();
    let name = server.create_database("watched").unwrap();
    let run = Run {
        project: Project::new(&["postgres"]),
        url: server.url(&name),
    };
    let db = run.prepare().await;
    // Somebody is at work, so that every batch has a look of its own.
    let busy = tokio::spawn({
        let db = db.clone();
        async move {
            loop {
                raw::number(&db, "SELECT count(*) FROM users")
                    .await
                    .unwrap();
            }
        }
    });
    let watching = tokio::task::spawn_blocking(move || watched(&run));
    let watched = watching.await.unwrap();
    busy.abort();
    is_watched(&watched);
    let Watched {
        scraped,
        text,
        done,
    } = watched;
    assert!(done["server_log_bytes"].as_u64().unwrap() > 0, "{done}");
    let (samples, event) = scraped.last().unwrap();
    let reads = value(
        samples,
        "colmig_backfill_probe_seconds_count",
        &["kind=\"read\""],
    );
    assert!(reads.is_some_and(|reads| reads > 10.0), "{text}");
    assert!(
        event["probe"]["read_p99_us"].as_u64().unwrap() > 0,
        "{event}"
    );
    db.close().await;
    server.drop_database(&name).unwrap();
}

#[test]
fn an_address_that_is_taken_is_refused_before_anything_is_done() {
    let project = Project::new(&["sqlite"]);
    let url = format!(
        "sqlite:{}?mode=rwc",
        project.folder().join("app.db").display()
    );
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = Run { project, url };
    let output = run
        .command(&["run", "--metrics-addr", &address])
        .output()
        .unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains(&format!("metrics cannot be served at {address}")),
        "{words}"
    );
    assert!(!run.project.folder().join("app.db").exists());
}

/// The estimate of `plan` beside what the log has grown by, on a server of its own, where nobody
/// else writes. It prints the ratios.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plan_says_of_the_log_is_about_what_is_written() {
    const ROWS: u64 = 200_000;
    let server = colmig_harness::Postgres::builder()
        // What vacuum writes is no part of the estimate, and a checkpoint in the middle is chance.
        .setting("autovacuum", "off")
        .setting("max_wal_size", "4GB")
        .setting("checkpoint_timeout", "1h")
        .setting("full_page_writes", "on")
        .start()
        .unwrap();
    let wide = "UPDATE users SET last_name = last_name || repeat('x', 120)";
    for (case, changed) in [
        ("narrow", &[][..]),
        ("wide", &[wide, "VACUUM FULL users"]),
        (
            "indexed",
            &[
                wide,
                "VACUUM FULL users",
                "CREATE INDEX ON users (last_name)",
            ],
        ),
        (
            "roomy",
            &[
                wide,
                "ALTER TABLE users SET (fillfactor = 45)",
                "VACUUM FULL users",
            ],
        ),
    ] {
        let name = server.create_database(case).unwrap();
        let run = Run {
            project: Project::new(&["postgres"]),
            url: server.url(&name),
        };
        let config = run.project.folder().join("colmig.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace("batch-rows = 50\n", "")).unwrap();
        let db = run.prepare_with(ROWS as i64).await;
        for sql in changed.iter().chain(&["ANALYZE users", "CHECKPOINT"]) {
            raw::execute(&db, sql).await.unwrap();
        }
        db.close().await;
        let plan = run.command(&["plan"]).output().unwrap();
        let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
        let step = &plan["migrations"][0]["databases"][0]["phases"][2]["steps"][0];
        let estimate = &step["estimate"];
        let rows = estimate["rows"].as_u64().unwrap();
        assert!(rows.abs_diff(ROWS) < ROWS / 20, "{case}: {estimate}");
        assert!(
            estimate["table_bytes"].as_u64().unwrap() > ROWS * 40,
            "{case}: {estimate}"
        );
        assert!(
            estimate["idle_seconds"].as_u64().unwrap() >= 1,
            "{case}: {estimate}"
        );
        let estimated = estimate["log_bytes"].as_f64().unwrap();
        let output = run.command(&["run"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let done: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .filter(|event: &Value| event["event"] == "step-done" && event["phase"] == "backfill")
            .collect();
        assert_eq!(done[0]["rows"], ROWS, "{case}: {done:?}");
        let written = done[0]["server_log_bytes"].as_f64().unwrap();
        let ratio = estimated / written;
        println!("{case}: estimated {estimated}, written {written}, ratio {ratio:.2}");
        let within = 1.0 / colmig::migrate::LOG_WITHIN..colmig::migrate::LOG_WITHIN;
        assert!(
            within.contains(&ratio),
            "{case}: estimated {estimated}, written {written}"
        );
        server.drop_database(&name).unwrap();
    }
}

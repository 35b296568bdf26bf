//! How long the writers of a Galera cluster stand still for each kind of statement that colmig
//! sends: `cargo xtask bench stalls` calls it.
//!
//! `stalls ROWS URL URL URL`: one URL for each node. Two writers on each node update one row at a
//! time, one of them in the table that is changed and one in another.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlDatabaseError, MySqlPoolOptions};
use sqlx::{AssertSqlSafe, MySqlPool};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The tables that are written: the one that is changed, and another.
const TABLES: [&str; 2] = ["items", "others"];

/// The rows of the other table, and those of the first that are written.
const WRITTEN: u64 = 3_000;

/// Between two writes of a writer.
const PAUSE: Duration = Duration::from_millis(1);

/// How long writers are watched around a statement.
const AROUND: Duration = Duration::from_millis(400);

/// What colmig sends, in the order in which a column comes and goes.
const STATEMENTS: [(&str, &str); 9] = [
    ("nothing, for half a second", "DO SLEEP(0.5)"),
    (
        "a new column",
        "ALTER TABLE items ADD COLUMN IF NOT EXISTS badge varchar(255), ALGORITHM=INSTANT, LOCK=NONE",
    ),
    (
        "a trigger",
        "CREATE TRIGGER IF NOT EXISTS colmig_fill BEFORE INSERT ON items FOR EACH ROW SET NEW.badge = COALESCE(NEW.badge, 'x')",
    ),
    (
        "an index",
        "CREATE INDEX IF NOT EXISTS items_label ON items (label) ALGORITHM=NOCOPY LOCK=NONE",
    ),
    (
        "a foreign key, whose column has an index",
        "SET STATEMENT foreign_key_checks = 0 FOR ALTER TABLE items ADD CONSTRAINT items_other FOREIGN KEY IF NOT EXISTS (other) REFERENCES others (id), ALGORITHM=NOCOPY, LOCK=NONE",
    ),
    (
        "NOT NULL",
        "ALTER TABLE items MODIFY COLUMN label varchar(64) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE",
    ),
    (
        "an index that goes",
        "ALTER TABLE items DROP INDEX IF EXISTS items_label, ALGORITHM=NOCOPY, LOCK=NONE",
    ),
    ("a trigger that goes", "DROP TRIGGER IF EXISTS colmig_fill"),
    (
        "a column that goes",
        "ALTER TABLE items DROP COLUMN IF EXISTS badge, ALGORITHM=INSTANT, LOCK=NONE",
    ),
];

/// The same, node by node, of what takes long: the writers of a node stop before its turn, for those
/// that wait for the cluster while they hold the table, and the statement that waits for the table
/// while it keeps the cluster out, wait for each other for good.
const BY_NODE: [(&str, &str); 2] = [
    (
        "an index, node by node",
        "CREATE INDEX IF NOT EXISTS items_label ON items (label) ALGORITHM=NOCOPY LOCK=NONE",
    ),
    (
        "NULL again, node by node",
        "ALTER TABLE items MODIFY COLUMN label varchar(64) NULL, ALGORITHM=INPLACE, LOCK=NONE",
    ),
];

/// What the writers of one table on one node met.
#[derive(Debug, Default)]
struct Met {
    longest: AtomicU64,
    writes: AtomicU64,
    conflicts: AtomicU64,
    failures: AtomicU64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match stalls().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stalls: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn stalls() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((rows, urls)) = arguments.split_first() else {
        return Err("usage: stalls ROWS URL...".into());
    };
    let rows: u64 = rows.parse()?;
    let mut nodes = Vec::new();
    for url in urls {
        nodes.push(
            MySqlPoolOptions::new()
                .max_connections(4)
                .connect(url)
                .await?,
        );
    }
    fill(&nodes[0], rows).await?;
    println!(
        "{rows} rows; two writers on each of {} nodes, one row a write, {} ms between two",
        nodes.len(),
        PAUSE.as_millis()
    );
    println!(
        "{:<44}{:>10}{:>14}{:>14}{:>14}{:>8}{:>8}",
        "", "took ms", "same node", "other nodes", "other table", "1213", "failed"
    );
    for (words, statement) in STATEMENTS {
        let statement = statement.to_owned();
        let first = nodes[0].clone();
        watched(&nodes, words, async move |_: &[AtomicBool]| {
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&first)
                .await?;
            Ok(())
        })
        .await?;
    }
    for (words, statement) in BY_NODE {
        let each = nodes.clone();
        watched(&nodes, words, async move |away: &[AtomicBool]| {
            for (node, away) in each.iter().zip(away) {
                away.store(true, Ordering::Relaxed);
                tokio::time::sleep(AROUND).await;
                let alone = format!("SET SESSION wsrep_OSU_method = 'RSU'; {statement}; SET SESSION wsrep_OSU_method = 'TOI'");
                let mut session = node.acquire().await?;
                sqlx::raw_sql(AssertSqlSafe(alone)).execute(&mut *session).await?;
                away.store(false, Ordering::Relaxed);
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// The tables, of which the first has `rows` rows.
async fn fill(node: &MySqlPool, rows: u64) -> Result<()> {
    for sql in [
        "CREATE TABLE others (id bigint PRIMARY KEY, label varchar(64) NOT NULL)".to_owned(),
        format!("INSERT INTO others SELECT seq, 'other' FROM seq_1_to_{WRITTEN}"),
        "CREATE TABLE items (id bigint PRIMARY KEY, other bigint NOT NULL, label varchar(64) NULL, words varchar(200) NOT NULL, KEY (other))".to_owned(),
    ] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(node).await?;
    }
    // A cluster takes what one transaction wrote in one piece.
    let mut from = 1;
    while from <= rows {
        let to = rows.min(from + 19_999);
        let sql = format!(
            "INSERT INTO items SELECT seq, 1 + seq % {WRITTEN}, CONCAT('label ', seq), REPEAT('word ', 20) FROM seq_{from}_to_{to}"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(node).await?;
        from = to + 1;
    }
    Ok(())
}

/// Executes something while everybody writes, and prints how long a write took at most.
async fn watched(
    nodes: &[MySqlPool],
    words: &str,
    statement: impl AsyncFnOnce(&[AtomicBool]) -> Result<()>,
) -> Result<()> {
    let over = Arc::new(AtomicBool::new(false));
    // From which nodes traffic was taken away.
    let away: Arc<[AtomicBool]> = nodes.iter().map(|_| AtomicBool::new(false)).collect();
    let mut met: Vec<[Arc<Met>; 2]> = Vec::new();
    let mut writers = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let of_node: [Arc<Met>; 2] = Default::default();
        for (table, of_table) in TABLES.iter().zip(&of_node) {
            let (node, of_table, over) = (node.clone(), Arc::clone(of_table), Arc::clone(&over));
            let away = Arc::clone(&away);
            let (at, nodes) = (at as u64, nodes.len() as u64);
            writers.push(tokio::spawn(async move {
                // No two nodes write the same row: what is counted is the statement's doing.
                let mut row = at;
                while !over.load(Ordering::Relaxed) {
                    if away[at as usize].load(Ordering::Relaxed) {
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                    row = (row + nodes) % (WRITTEN / nodes * nodes);
                    let label = format!("{at} {}", of_table.writes.load(Ordering::Relaxed));
                    let sql = format!(
                        "UPDATE {table} SET label = '{label}' WHERE id = {}",
                        row + 1
                    );
                    let began = Instant::now();
                    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&node).await;
                    let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                    of_table.longest.fetch_max(took, Ordering::Relaxed);
                    of_table.writes.fetch_add(1, Ordering::Relaxed);
                    if let Err(error) = done {
                        let which = match number(&error) {
                            Some(1213) => &of_table.conflicts,
                            _ => &of_table.failures,
                        };
                        which.fetch_add(1, Ordering::Relaxed);
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }));
        }
        met.push(of_node);
    }
    tokio::time::sleep(AROUND).await;
    // What the pools did to open their connections is no write.
    met.iter()
        .flatten()
        .for_each(|met| met.longest.store(0, Ordering::Relaxed));
    tokio::time::sleep(AROUND).await;
    let began = Instant::now();
    let done = statement(&away).await;
    let took = began.elapsed();
    tokio::time::sleep(AROUND).await;
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await?;
    }
    done?;
    let longest = |of: &[&Arc<Met>]| {
        let longest = of
            .iter()
            .map(|met| met.longest.load(Ordering::Relaxed))
            .max();
        format!("{:.1} ms", longest.unwrap_or_default() as f64 / 1000.0)
    };
    let others: Vec<_> = met.iter().skip(1).map(|[items, _]| items).collect();
    let elsewhere: Vec<_> = met.iter().map(|[_, others]| others).collect();
    let sum = |which: fn(&Met) -> &AtomicU64| -> u64 {
        met.iter()
            .flatten()
            .map(|met| which(met).load(Ordering::Relaxed))
            .sum()
    };
    println!(
        "{words:<44}{:>10.0}{:>14}{:>14}{:>14}{:>8}{:>8}",
        took.as_secs_f64() * 1000.0,
        longest(&[&met[0][0]]),
        longest(&others),
        longest(&elsewhere),
        sum(|met| &met.conflicts),
        sum(|met| &met.failures),
    );
    Ok(())
}

fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?;
    Some(error.try_downcast_ref::<MySqlDatabaseError>()?.number())
}

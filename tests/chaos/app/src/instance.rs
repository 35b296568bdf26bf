//! One process of the application.

use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use colmig::Db;
use tokio::sync::{RwLock, mpsc};

use crate::line::{Line, RawWrites};
use crate::store::Store;
use crate::sweep;
use crate::worker::{Hot, Worker};

/// How long a lease lasts: a short one, so that it can run out.
pub const LEASE: Duration = Duration::from_secs(2);

/// For how long an operation waits for a connection. It is less than a lease, so that a server
/// that is away makes operations fail, and none of them begins after such a wait.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1500);

/// How many connections an instance has at most.
pub(crate) const CONNECTIONS: u32 = 6;

/// Standard output, a line at a time.
#[derive(Debug, Default)]
pub(crate) struct Output(Mutex<()>);

impl Output {
    /// Tells a line, at once: whoever is killed has told what it began. A driver that does not
    /// read any more is gone, and this process ends with its standard input.
    pub(crate) fn tell(&self, line: &Line) {
        let _one = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(mut text) = serde_json::to_string(line) {
            text.push('\n');
            let _ = std::io::stdout().write_all(text.as_bytes());
        }
    }
}

impl Output {
    /// Says on standard error why nothing can be told.
    pub(crate) fn complain(&self, error: &colmig::Error) {
        let _one = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(std::io::stderr(), "error: {error}");
    }
}

/// What the workers of an instance share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) db: Db,
    pub(crate) output: Output,
    pub(crate) ops: AtomicU64,
    pub(crate) numbers: AtomicI64,
    /// Held for reading while raw SQL is written.
    pub(crate) raw: RwLock<RawWrites>,
    pub(crate) stopped: AtomicBool,
}

/// The whole program of a build: `serve URL INSTANCE ROWS WORKERS all|accessors`,
/// `seed URL ROWS COLD`, `sweep URL`.
pub fn main<S: Store>() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return ExitCode::FAILURE;
    };
    let done = runtime.block_on(async {
        match arguments[..] {
            ["serve", url, instance, rows, workers, what] => {
                let numbers = [instance, rows, workers].map(str::parse::<i64>);
                let [Ok(instance), Ok(rows), Ok(workers)] = numbers else {
                    return false;
                };
                let hot = Hot {
                    rows,
                    instance,
                    workers,
                };
                serve::<S>(url, hot, what == "all").await
            }
            ["seed", url, rows, cold] => {
                let (Ok(rows), Ok(cold)) = (rows.parse(), cold.parse()) else {
                    return false;
                };
                let Some(db) = S::connect(url).await else {
                    return false;
                };
                sweep::seed::<S>(&db, rows, cold).await;
                db.close().await;
                true
            }
            ["sweep", url] => {
                let Some(db) = S::connect(url).await else {
                    return false;
                };
                let done = sweep::read_all::<S>(&db, &Output::default()).await;
                db.close().await;
                done
            }
            _ => false,
        }
    });
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn serve<S: Store>(url: &str, hot: Hot, raw: bool) -> bool {
    let Some(db) = S::connect(url).await else {
        return false;
    };
    let shared = Arc::new(Shared {
        db,
        output: Output::default(),
        ops: AtomicU64::new(0),
        // No other instance has these, nor the seed.
        numbers: AtomicI64::new((hot.instance + 1) * 10_000_000),
        raw: RwLock::default(),
        stopped: AtomicBool::new(false),
    });
    shared.output.tell(&Line::Ready);
    let tasks: Vec<_> = (0..hot.workers)
        .map(|number| Worker::<S>::new(Arc::clone(&shared), hot, number, raw))
        .map(|worker| tokio::spawn(worker.work()))
        .collect();
    obey(&shared).await;
    shared.stopped.store(true, Ordering::Relaxed);
    for task in tasks {
        if task.await.is_err() {
            return false;
        }
    }
    shared.db.close().await;
    true
}

/// Does what standard input says, until it ends.
async fn obey(shared: &Shared) {
    let (told, mut hear) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if told.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = hear.recv().await {
        let Ok(writes) = serde_json::from_str::<RawWrites>(&line) else {
            return;
        };
        *shared.raw.write().await = writes;
        shared.output.tell(&Line::Raw { writes });
    }
}

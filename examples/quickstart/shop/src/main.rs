//! A small shop under load: `shop seed URL ROWS`, `shop serve URL FIRST_NEW_ID`.
//!
//! `serve` reads and writes customers until its standard input ends. Every 50 ms it
//! prints a line: the time in ms since 1970, the requests since the last line, how many of
//! them failed, and the longest in microseconds.

mod seed;
mod user;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use colmig::Db;
use seed::Accessors as _;
use user::User;

#[derive(Default)]
struct Counters {
    requests: AtomicU64,
    failed: AtomicU64,
    longest_us: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["seed", url, rows] => seed(url, rows.parse()?).await,
        ["serve", url, first_new_id] => serve(url, first_new_id.parse()?).await,
        _ => Err("usage: shop seed URL ROWS | shop serve URL FIRST_NEW_ID".into()),
    }
}

async fn seed(url: &str, rows: i64) -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(url).await?;
    seed::seed(&db, rows).await?;
    db.close().await;
    Ok(())
}

async fn serve(url: &str, first_new_id: i64) -> Result<(), Box<dyn std::error::Error>> {
    // A short lease: nobody wants to wait half a minute in a demonstration.
    let lease = Duration::from_secs(5);
    let db = seed::options().lease(lease).connect(url).await?;
    let counters = Arc::new(Counters::default());
    let mut load = tokio::task::JoinSet::new();
    for reader in 0..2 {
        load.spawn(read(db.clone(), Arc::clone(&counters), reader));
    }
    load.spawn(write(db.clone(), Arc::clone(&counters), first_new_id));

    // The load ends when whoever started it closes the standard input, or is gone.
    let (ended, mut end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    loop {
        let ended = tokio::time::timeout(Duration::from_millis(50), &mut end).await.is_ok();
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let take = |counter: &AtomicU64| counter.swap(0, Relaxed);
        let (requests, failed) = (take(&counters.requests), take(&counters.failed));
        println!("{now} {requests} {failed} {}", take(&counters.longest_us));
        if ended {
            load.shutdown().await;
            // Gives the lease back, so that `cargo colmig contract` need not wait for its end.
            db.close().await;
            return Ok(());
        }
    }
}

/// Times one request and counts it.
async fn request(counters: &Counters, work: impl Future<Output = colmig::Result<bool>>) {
    let start = Instant::now();
    let result = work.await;
    counters.longest_us.fetch_max(start.elapsed().as_micros() as u64, Relaxed);
    counters.requests.fetch_add(1, Relaxed);
    if !matches!(result, Ok(true)) {
        counters.failed.fetch_add(1, Relaxed);
        eprintln!("shop: a request failed: {result:?}");
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
}

async fn read(db: Db, counters: Arc<Counters>, reader: u64) {
    let mut random = Random(reader + 1);
    loop {
        let id = random.below(200_000) as i64 + 1;
        request(&counters, async {
            Ok(User::find(&db, id).await?.is_none_or(|user| user.id == id))
        })
        .await;
    }
}

async fn write(db: Db, counters: Arc<Counters>, first_new_id: i64) {
    let mut random = Random(first_new_id as u64);
    for number in 0.. {
        let new = first_new_id + number as i64;
        let old = random.below(200_000) as i64 + 1;
        request(&counters, User::rename(&db, old, number)).await;
        request(&counters, async { User::new(new).insert(&db).await.map(|()| true) }).await;
        if number % 10 == 9 {
            request(&counters, User::delete(&db, new - 5)).await;
        }
    }
}

/// A small generator (Steele & Vigna's SplitMix64): the load needs spread, not secrets.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

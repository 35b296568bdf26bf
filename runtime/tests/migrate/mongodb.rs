//! Migrations of collections, executed on MongoDB.

use std::path::Path;
use std::time::Duration;

use colmig::migrate::{Event, Goal, Migration, Migrator, Outcome, Settings, Stop, load};
use colmig::{Database, Phase};
use colmig_harness::bson::{Document, doc};
use colmig_harness::{MongoDbEndpoint, ReplicaSet, shared_mongodb};

use crate::fixture::settings;
use crate::watching::Heard;

/// The migration that replaces fields of stays.
const REPLACE: &str = "20260103000000_replace";

/// The one whose rules are functions in Rust.
const CONVERT: &str = "20260107000000_convert";

/// A database with the collections of the build before.
struct Hotel {
    endpoint: MongoDbEndpoint,
    name: String,
}

impl Hotel {
    fn shared(prefix: &str) -> Hotel {
        Hotel::of(shared_mongodb().unwrap(), prefix)
    }

    fn of(endpoint: MongoDbEndpoint, prefix: &str) -> Hotel {
        let name = endpoint.create_database(prefix).unwrap();
        Hotel { endpoint, name }
    }

    fn with(self, collection: &str, count: i64, document: impl Fn(i64) -> Document) -> Hotel {
        let documents: Vec<Document> = (1..=count).map(document).collect();
        for some in documents.chunks(20_000) {
            self.command(doc! { "insert": collection, "documents": some.to_vec() });
        }
        self
    }

    fn with_guests(self, count: i64) -> Hotel {
        self.with("guests", count, |id| {
            doc! { "_id": id, "first": format!("first{id}"), "last": format!("Last{id}") }
        })
    }

    fn with_stays(self, count: i64) -> Hotel {
        self.with("stays", count, |id| {
            doc! { "_id": id, "visits": id % 7, "first": format!("First{id}"), "last": "L", "paid": (id * 100).to_string() }
        })
    }

    fn command(&self, command: Document) -> Document {
        self.endpoint.command(&self.name, command).unwrap()
    }

    fn count(&self, collection: &str, query: Document) -> i32 {
        let counted = self.command(doc! { "count": collection, "query": query });
        counted.get_i32("n").unwrap()
    }

    async fn migrator(&self, settings: Settings) -> Migrator {
        let url = self.endpoint.url(&self.name);
        Migrator::connect(&url, settings).await.unwrap()
    }

    fn drop(self) {
        self.endpoint.drop_database(&self.name).unwrap();
    }
}

/// All but what waits for an application that has the functions.
fn migrations() -> Vec<Migration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/guests/migrations");
    let mut migrations = load(&folder, Database::MongoDb).unwrap();
    migrations.retain(|migration| migration.id() != CONVERT);
    migrations
}

fn quick() -> Settings {
    Settings {
        batch_rows: 5_000,
        ..settings()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_come_and_take_the_place_of_others() {
    let hotel = Hotel::shared("hotel")
        .with_guests(20_000)
        .with_stays(120_000);
    // Keys of several types in one collection.
    let others = [
        doc! { "_id": "a", "first": "First", "last": "Last" },
        doc! { "_id": { "a": 1 }, "first": "First", "last": "Last", "initial": null },
    ];
    hotel.command(doc! { "insert": "guests", "documents": &others[..1] });
    hotel.command(doc! { "insert": "guests", "documents": &others[1..] });
    // The rule of `handle` cannot write such a key as a text, and says which it is.
    let migrations = migrations();
    let heard = Heard::default();
    let mut migrator = hotel.migrator(quick()).await;
    let halted = migrator
        .run(&migrations, &Goal::default(), &heard.watch())
        .await;
    let said = halted.unwrap_err().to_string();
    assert!(said.contains("_id = {a: 1}"), "{said}");
    hotel.command(
        doc! { "delete": "guests", "deletes": [{ "q": { "_id": { "a": 1 } }, "limit": 1 }] },
    );

    let outcome = migrator
        .run(&migrations, &Goal::default(), &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    let filled = doc! { "displayName": { "$type": "string" }, "handle": { "$type": "string" }, "initial": { "$type": "string" } };
    assert_eq!(hotel.count("guests", filled), 20_001, "{}", heard.lines());
    let filled = doc! { "nights": { "$lt": 7 }, "name.last": "L", "cents": { "$gt": 0 } };
    assert_eq!(hotel.count("stays", filled), 120_000);
    let indexes = hotel.endpoint.dump_schema(&hotel.name).unwrap();
    assert!(indexes.contains("displayName"), "{indexes}");
    hotel.drop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_stopped_goes_on_with_a_helper_beside_it() {
    let hotel = Hotel::shared("hotel_stopped")
        .with_guests(100)
        .with_stays(150_000);
    let migrations = migrations();
    let (heard, stop) = (Heard::default(), Stop::new());
    let theirs = stop.clone();
    let watch = heard.watch_and(move |event, _| {
        if let Event::BackfillProgress { filled, .. } = event
            && *filled > 20_000
        {
            theirs.request();
        }
    });
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    let watch = watch.with_stop(stop);
    let mut first = hotel.migrator(quick()).await;
    let outcome = first.run(&migrations, &goal, &watch).await.unwrap();
    assert!(
        matches!(outcome, Outcome::Stopped { .. }),
        "{outcome:?}\n{}",
        heard.lines()
    );
    let some = doc! { "cents": { "$exists": true } };
    let begun = hotel.count("stays", some.clone());
    assert!(begun < 150_000, "{begun}");

    let (heard, helped) = (Heard::default(), Heard::default());
    let mut helper = hotel.migrator(quick()).await;
    let (run, help) = (heard.watch(), helped.watch());
    let (ran, worked) = tokio::join!(
        first.run(&migrations, &goal, &run),
        helper.work(&migrations, Some(REPLACE), &help)
    );
    assert_eq!(ran.unwrap(), Outcome::Done, "{}", heard.lines());
    assert_eq!(worked.unwrap(), Outcome::Done, "{}", helped.lines());
    assert_eq!(hotel.count("stays", some), 150_000);
    hotel.drop();
}

/// Whoever is gentle is slower than that, and would run after them for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_ends_beside_documents_that_come_faster_than_it_goes() {
    const BATCH: i64 = 100;
    let hotel = Hotel::shared("hotel_chased")
        .with_guests(100)
        .with_stays(300);
    let migrations = migrations();
    let gentle = Settings {
        batch_rows: 20,
        duty: 0.2,
        ..settings()
    };
    let heard = Heard::default();
    let mut migrator = hotel.migrator(gentle).await;
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    let (endpoint, name) = (hotel.endpoint.clone(), hotel.name.clone());
    let writers = Stop::new();
    let stopped = writers.clone();
    // They begin with the step: what has come before it is a large collection that takes its time.
    let (begin, begun) = std::sync::mpsc::channel();
    let writing = tokio::task::spawn_blocking(move || {
        let mut last = 1_000;
        begun.recv().unwrap_or_default();
        while !stopped.is_requested() {
            let filled = (last..last + BATCH).map(|id| {
                doc! { "_id": id, "visits": 1_i64, "first": "F", "last": "L", "paid": "7",
                "nights": 1_i64, "name": { "first": "F", "last": "L" }, "cents": 7_i64 }
            });
            let insert = doc! { "insert": "stays", "documents": filled.collect::<Vec<_>>() };
            endpoint.command(&name, insert).unwrap();
            last += BATCH;
            std::thread::sleep(Duration::from_millis(10));
        }
        last
    });
    // Of the first step it is seen, and the others need not be as slow.
    let stop = Stop::new();
    let theirs = stop.clone();
    const STEP: &str = "backfill_stays_nights";
    let watch = heard.watch_and(move |event, _| match event {
        Event::StepStarted { step, .. } if step == STEP => drop(begin.send(())),
        Event::StepDone { step, .. } if step == STEP => theirs.request(),
        _ => {}
    });
    let watch = watch.with_stop(stop);
    let run = migrator.run(&migrations, &goal, &watch);
    let ran = tokio::time::timeout(Duration::from_secs(60), run).await;
    writers.request();
    drop(watch);
    let last = writing.await.unwrap();
    let ran = ran.unwrap_or_else(|_| panic!("it runs after them: {}", heard.lines()));
    let lines = heard.lines();
    assert!(matches!(ran.unwrap(), Outcome::Stopped { .. }), "{lines}");
    assert!(last > 1_000 + 20 * BATCH, "{last}");
    let mut migrator = hotel.migrator(quick()).await;
    let ran = migrator.run(&migrations, &goal, &heard.watch()).await;
    assert_eq!(ran.unwrap(), Outcome::Done, "{}", heard.lines());
    let empty = ["nights", "name", "cents"].map(|name| doc! { name: null });
    let empty = doc! { "$or": empty.to_vec() };
    assert_eq!(hotel.count("stays", empty), 0);
    hotel.drop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_outlives_a_primary_that_is_killed() {
    let mut set = ReplicaSet::start().unwrap();
    let hotel = Hotel::of(set.endpoint().clone(), "hotel_killed")
        .with_guests(100)
        .with_stays(100_000);
    let migrations = migrations();
    let heard = Heard::default();
    let (tell, told) = std::sync::mpsc::channel();
    let watch = heard.watch_and(move |event, _| {
        if let Event::BackfillProgress { filled, .. } = event
            && *filled > 10_000
        {
            let _ = tell.send(());
        }
    });
    let killing = tokio::task::spawn_blocking(move || {
        told.recv_timeout(Duration::from_secs(60)).unwrap();
        let primary = set.primary().unwrap();
        set.kill9(primary).unwrap();
        set
    });
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    let mut migrator = hotel
        .migrator(Settings {
            lock_patience: Duration::from_secs(60),
            ..quick()
        })
        .await;
    let ran = migrator.run(&migrations, &goal, &watch).await;
    assert_eq!(ran.unwrap(), Outcome::Done, "{}", heard.lines());
    let set = killing.await.unwrap();
    assert!(heard.lines().contains("connection"), "{}", heard.lines());
    assert_eq!(
        hotel.count("stays", doc! { "cents": { "$exists": true } }),
        100_000
    );
    drop(set);
}

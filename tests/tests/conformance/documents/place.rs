//! A fresh database of MongoDB for each case, with the migrations of the guests at hand.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use colmig::migrate::{
    Error, Event, Goal, Migration, Migrator, Outcome, ReadsStatus, Settings, Stop, Switching,
    Watch, load,
};
use colmig::{Database, Db, Options, Phase};
use colmig_guests::{ADD, Badge, CREATE, Guest, Luggage, REPLACE, Stay, old_guest, old_stay};
use colmig_harness::{MongoDb, MongoDbEndpoint, ReplicaSet, Storage, shared_mongodb};
use mongodb::bson::{Bson, Document, doc};

/// What the collections of all cases may take together.
const BYTES: u64 = 1 << 30;

/// The server that stands alone, once a case has asked for it.
static ALONE: Mutex<Option<MongoDb>> = Mutex::new(None);

/// Stops the server that stands alone, if there is one: nothing that is static is dropped.
pub(crate) fn stop_alone() {
    drop(ALONE.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// The phases in which a migration stops by itself, or can be told to.
pub(super) const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// A database that nobody else uses. It goes with the value.
pub(crate) struct Place {
    pub(super) url: String,
    pub(super) database: mongodb::Database,
    /// Whether there are transactions, and streams of changes.
    pub(super) is_set: bool,
    endpoint: MongoDbEndpoint,
    own: Own,
    /// What is there of other migrations, which a case has nothing to do with.
    left_out: OnceLock<&'static [&'static str]>,
}

/// The server, where it is this place's alone.
enum Own {
    None,
    Alone(Box<MongoDb>),
    Set(ReplicaSet),
}

impl Place {
    /// On a server that stands alone.
    pub(crate) async fn alone() -> Place {
        let endpoint = {
            let mut alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
            let server = alone.get_or_insert_with(|| {
                let storage = Storage::with_room(BYTES);
                MongoDb::builder().storage(storage).start().unwrap()
            });
            server.endpoint().clone()
        };
        Place::at(endpoint, false, Own::None).await
    }

    /// On a set of one node.
    pub(crate) async fn set() -> Place {
        Place::at(shared_mongodb().unwrap(), true, Own::None).await
    }

    /// Another one, on the same server.
    pub(super) async fn another(&self) -> Place {
        match self.is_set {
            true => Place::set().await,
            false => Place::alone().await,
        }
    }

    /// One on a server of the same kind that nobody else uses, so that it may be made to stand still.
    pub(super) async fn on_a_server_of_its_own(&self) -> Place {
        if self.is_set {
            return Place::on_a_set_of(1).await;
        }
        let server = MongoDb::builder().storage(Storage::Memory).start().unwrap();
        Place::at(
            server.endpoint().clone(),
            false,
            Own::Alone(Box::new(server)),
        )
        .await
    }

    /// One on a set of so many nodes that nobody else uses.
    pub(super) async fn on_a_set_of(nodes: usize) -> Place {
        let builder = ReplicaSet::builder().nodes(nodes).durable(false);
        let builder = builder.election_timeout(Duration::from_secs(2));
        let set = builder.storage(Storage::Memory).start().unwrap();
        Place::at(set.endpoint().clone(), true, Own::Set(set)).await
    }

    async fn at(endpoint: MongoDbEndpoint, is_set: bool, own: Own) -> Place {
        let name = endpoint.create_database("conformance").unwrap();
        let url = endpoint.url(&name);
        let client = mongodb::Client::with_uri_str(&url).await.unwrap();
        Place {
            url,
            database: client.database(&name),
            is_set,
            endpoint,
            own,
            left_out: OnceLock::new(),
        }
    }

    /// Sends the server a signal: `STOP`, `CONT`.
    pub(super) fn signal(&self, name: &str) {
        let pid = match &self.own {
            Own::Alone(server) => server.pid(),
            Own::Set(set) => set.node(0).pid(),
            Own::None => panic!("others use this server"),
        };
        let mut kill = std::process::Command::new("kill");
        let sent = kill.args([format!("-{name}"), pid.to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The port of the server, or of the first of a set.
    pub(super) fn port(&self) -> u16 {
        let host = self.endpoint.hosts().first().unwrap();
        host.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// The set, where it is this place's alone.
    pub(super) fn own_set(&self) -> &ReplicaSet {
        match &self.own {
            Own::Set(set) => set,
            _ => panic!("others use this server"),
        }
    }

    /// An instance of the application: a client, a lease and a view of the phases of its own.
    pub(super) async fn instance(&self) -> Db {
        instance().connect(&self.url).await.unwrap()
    }

    pub(super) async fn instances(&self, number: usize) -> Vec<Db> {
        let mut instances = Vec::new();
        for _ in 0..number {
            instances.push(self.instance().await);
        }
        instances
    }

    /// One whose client has one connection to a server.
    pub(super) async fn with_one_connection(&self, instance: Options) -> Db {
        let options = mongodb::options::ClientOptions::parse(&self.url).await;
        let mut options = options.unwrap();
        options.max_pool_size = Some(1);
        let client = mongodb::Client::with_options(options).unwrap();
        instance.from_mongodb(client.database(self.database.name()))
    }

    /// Clients of builds that have never heard of colmig.
    pub(super) async fn strangers(&self, number: usize) -> Vec<mongodb::Database> {
        let mut strangers = Vec::new();
        for _ in 0..number {
            let client = mongodb::Client::with_uri_str(&self.url).await.unwrap();
            strangers.push(client.database(self.database.name()));
        }
        strangers
    }

    /// Two strangers, each of whom writes to a collection again and again, until they are stopped: with
    /// the number of times so far.
    pub(super) async fn writers<F, W>(&self, collection: &'static str, write: F) -> Writers
    where
        F: Fn(mongodb::Collection<Document>, i64) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = ()> + Send,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for stranger in self.strangers(2).await {
            let (stop, write) = (Arc::clone(&stop), write.clone());
            writers.push(tokio::spawn(async move {
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    write(stranger.collection(collection), number).await;
                }
            }));
        }
        Writers { stop, writers }
    }

    pub(super) fn collection(&self, name: &str) -> mongodb::Collection<Document> {
        self.database.collection(name)
    }

    pub(super) fn guests(&self) -> mongodb::Collection<Document> {
        self.collection("guests")
    }

    pub(super) fn stays(&self) -> mongodb::Collection<Document> {
        self.collection("stays")
    }

    /// The document with that `_id`, as it is stored.
    pub(super) async fn stored(&self, collection: &str, id: impl Into<Bson>) -> Option<Document> {
        let collection = self.collection(collection);
        let found = collection.find_one(doc! { "_id": id.into() });
        found.await.unwrap()
    }

    /// Every document of a collection, in the order of `_id`.
    pub(super) async fn documents(&self, collection: &str) -> Vec<Document> {
        let collection = self.collection(collection);
        let mut found = collection
            .find(doc! {})
            .sort(doc! { "_id": 1 })
            .await
            .unwrap();
        let mut documents = Vec::new();
        while found.advance().await.unwrap() {
            documents.push(found.deserialize_current().unwrap());
        }
        documents
    }

    /// How many documents a filter finds.
    pub(super) async fn count(&self, collection: &str, filter: Document) -> u64 {
        let collection = self.collection(collection);
        collection.count_documents(filter).await.unwrap()
    }

    /// Changes one document, which has to be there, behind everybody's back.
    pub(super) async fn change(&self, collection: &str, id: impl Into<Bson>, update: Document) {
        let collection = self.collection(collection);
        let changed = collection.update_one(doc! { "_id": id.into() }, update);
        assert_eq!(changed.await.unwrap().matched_count, 1);
    }

    /// Everything in the schema that is not colmig's own, as the database says it.
    pub(super) fn schema(&self) -> String {
        let dump = self.endpoint.dump_schema(self.database.name()).unwrap();
        let mut is_own = false;
        let others = dump.lines().filter(|line| {
            // The lines of the indexes are indented.
            if !line.starts_with(' ') {
                is_own = line.contains("\"name\": \"colmig_");
            }
            !is_own
        });
        others.map(|line| format!("{line}\n")).collect()
    }

    pub(super) fn migrations(&self) -> Vec<Migration> {
        let left_out = self.left_out.get().copied().unwrap_or_default();
        let migrations = load(&folder(), Database::MongoDb).unwrap().into_iter();
        migrations
            .filter(|migration| !left_out.contains(&migration.id()))
            .collect()
    }

    /// Leaves migrations out, which would else have to come first.
    pub(super) fn leave_out(&self, migrations: &'static [&'static str]) {
        self.left_out.set(migrations).unwrap();
    }

    /// One who says that no other writers are left, as somebody has to on MongoDB.
    pub(super) async fn migrator(&self) -> Migrator {
        self.migrator_with(vouched()).await
    }

    pub(super) async fn migrator_with(&self, settings: Settings) -> Migrator {
        Migrator::connect(&self.url, settings).await.unwrap()
    }

    /// One whose backfill mostly pauses, so that something can happen meanwhile.
    pub(super) async fn slow_migrator(&self) -> Migrator {
        self.migrator_with(Settings {
            duty: 0.02,
            ..vouched()
        })
        .await
    }

    /// Tries to take a migration up to the end of a phase.
    pub(super) async fn try_run(&self, id: &str, until: Phase) -> Outcome {
        let mut migrator = self.migrator().await;
        let outcome = migrator
            .run(&self.migrations(), &goal(id, until), &Watch::default())
            .await;
        outcome.unwrap()
    }

    /// Takes a migration up to the end of a phase.
    pub(super) async fn run(&self, id: &str, until: Phase) {
        let outcome = self.try_run(id, until).await;
        assert_eq!(outcome, Outcome::Done, "{id} until {until}");
    }

    /// In which phase, and in which words, a run says no.
    pub(super) async fn refused(&self, id: &str, until: Phase) -> (Phase, String) {
        let mut migrator = self.migrator().await;
        let (migrations, watch) = (self.migrations(), Watch::default());
        match migrator.run(&migrations, &goal(id, until), &watch).await {
            Ok(Outcome::Held { phase, gate, .. }) => (phase, gate),
            Err(error @ Error::InTheWay { .. }) => {
                let words = error.to_string();
                let Error::InTheWay { place, .. } = error else {
                    unreachable!();
                };
                (place.phase, words)
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn try_contract(&self, id: &str) -> Outcome {
        let mut migrator = self.migrator().await;
        let contracted = migrator
            .contract(&self.migrations(), id, &Watch::default())
            .await;
        contracted.unwrap()
    }

    pub(super) async fn contract(&self, id: &str) {
        assert_eq!(self.try_contract(id).await, Outcome::Done);
    }

    pub(super) async fn abort(&self, id: &str) {
        let mut migrator = self.migrator().await;
        let aborted = migrator
            .abort(&self.migrations(), id, &Watch::default())
            .await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
    }

    /// Creates the collections, and fills one as the build before would have.
    pub(super) async fn with_guests(&self, number: i64) -> Db {
        self.run(CREATE, Phase::SwitchReads).await;
        self.seed("guests", (1..=number).map(old_guest)).await;
        self.instance().await
    }

    pub(super) async fn with_stays(&self, number: i64) -> Db {
        self.leave_out(&[ADD]);
        self.run(CREATE, Phase::SwitchReads).await;
        self.seed("stays", (1..=number).map(old_stay)).await;
        self.instance().await
    }

    /// Stores documents as somebody does who knows nothing of colmig.
    pub(super) async fn seed(
        &self,
        collection: &str,
        documents: impl IntoIterator<Item = Document>,
    ) {
        let documents: Vec<Document> = documents.into_iter().collect();
        if !documents.is_empty() {
            let collection = self.collection(collection);
            collection.insert_many(documents).await.unwrap();
        }
    }

    /// Tries to move the switch from which side stays are read.
    pub(super) async fn switch(&self, to: Switching) -> Outcome {
        let mut migrator = self.migrator().await;
        let switched = migrator
            .switch(&self.migrations(), REPLACE, to, &Watch::default())
            .await;
        switched.unwrap()
    }

    /// What `status` says of the read switch of the stays.
    pub(super) async fn reads(&self) -> ReadsStatus {
        let migrations = self.migrations();
        let status = self.migrator().await.status(&migrations).await.unwrap();
        let mut of_migrations = status.migrations.into_iter();
        let replace = of_migrations.find(|migration| migration.id == REPLACE);
        replace.unwrap().reads.unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The server goes with the test run, and its databases with it.
        if let Own::None = self.own {
            let _ = self.endpoint.drop_database(self.database.name());
        }
    }
}

/// The goal of a run that takes one migration up to the end of a phase, also after an abort.
pub(super) fn goal(id: &str, until: Phase) -> Goal {
    Goal {
        until,
        only: Some(id.to_owned()),
        again: true,
        ..Goal::default()
    }
}

/// The goal of a run that adds the fields of guests.
pub(super) fn add() -> Goal {
    goal(ADD, Phase::SwitchReads)
}

/// The migrations of the guests, which are a project of colmig's.
pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("guests/migrations")
}

/// An instance of the build that knows the fields, which soon hears of what is published.
pub(super) fn instance() -> Options {
    Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(200))
        .document::<Guest>()
        .document::<Stay>()
        .document::<Badge>()
        .document::<Luggage>()
}

/// Settings with short waits: the tests wait for nothing that does not matter to them.
pub(super) fn quick() -> Settings {
    crate::place::quick()
}

/// The same, of somebody who says that no writers of before are left.
pub(super) fn vouched() -> Settings {
    Settings {
        assume_drained: true,
        ..quick()
    }
}

/// A watch that asks to stop once `when` says so of an event.
pub(super) fn stopping(when: impl Fn(&Event) -> bool + Send + Sync + 'static) -> Watch {
    crate::place::stopping(when)
}

/// A watch that keeps what it hears, in words, beside what it has heard so far.
pub(super) fn heard() -> (Watch, std::sync::Arc<Mutex<String>>) {
    let lines = std::sync::Arc::new(Mutex::new(String::new()));
    let events = std::sync::Arc::clone(&lines);
    let watch = Watch {
        events: Box::new(move |event| {
            let mut lines = events.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push_str(&format!("{event}\n"));
        }),
        stop: Stop::default(),
    };
    (watch, lines)
}

/// Those who write until they are stopped.
pub(super) struct Writers {
    stop: Arc<AtomicBool>,
    writers: Vec<tokio::task::JoinHandle<()>>,
}

impl Writers {
    /// Stops them. It fails if one of them has.
    pub(super) async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for writer in self.writers {
            writer.await.unwrap();
        }
    }
}

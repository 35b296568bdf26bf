//! A fresh database for each case, with the project's migrations at hand.

use std::path::PathBuf;
use std::time::Duration;

use colmig::migrate::{
    Goal, Migration, Migrator, Outcome, ReadsStatus, Settings, Stop, Switching, Watch, load,
};
use colmig::{Database, Db, Options, Phase};
use colmig_articles::Article;
use colmig_harness::{Endpoint, MariaDbEndpoint, shared_mariadb, shared_postgres};
use colmig_members::Member;
use colmig_parcels::{CONVERT, CREATE as CREATE_PARCELS, Parcel};
use colmig_people::{CREATE as CREATE_PEOPLE, Person, REPLACE};
use colmig_tests::model::{ADD, CREATE, User};
use colmig_tests::raw;
use tempfile::TempDir;

/// A database that nobody else uses. It goes with the value.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) database: Database,
    home: Home,
}

enum Home {
    Postgres(Endpoint, String),
    MariaDb(MariaDbEndpoint, String),
    Sqlite { _folder: TempDir },
}

impl Place {
    pub(crate) async fn postgres() -> Place {
        let server = shared_postgres().unwrap();
        let name = server.create_database("conformance").unwrap();
        Place {
            url: server.url(&name),
            database: Database::Postgres,
            home: Home::Postgres(server, name),
        }
    }

    pub(crate) async fn mariadb() -> Place {
        let server = shared_mariadb().unwrap();
        let name = server.create_database("conformance").unwrap();
        Place {
            url: server.url(&name),
            database: Database::MariaDb,
            home: Home::MariaDb(server, name),
        }
    }

    pub(crate) async fn sqlite() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let url = format!("sqlite:{}", file.display());
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
        sqlx::SqlitePool::connect_with(options)
            .await
            .unwrap()
            .close()
            .await;
        Place {
            url,
            database: Database::Sqlite,
            home: Home::Sqlite { _folder: folder },
        }
    }

    /// An instance of the application: a pool, a lease and a view of the phases of its own.
    pub(crate) async fn instance(&self) -> Db {
        instance().connect(&self.url).await.unwrap()
    }

    /// An instance whose pool has one connection.
    pub(crate) async fn instance_with_one_connection(&self) -> Db {
        self.with_one_connection(instance()).await
    }

    pub(crate) async fn with_one_connection(&self, instance: Options) -> Db {
        match self.database {
            Database::Postgres => {
                let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
                instance.from_postgres(options.connect(&self.url).await.unwrap())
            }
            Database::MariaDb => {
                let options = sqlx::mysql::MySqlPoolOptions::new().max_connections(1);
                instance.from_mariadb(options.connect(&self.url).await.unwrap())
            }
            _ => {
                let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
                instance.from_sqlite(options.connect(&self.url).await.unwrap())
            }
        }
    }

    pub(crate) async fn instances(&self, number: usize) -> Vec<Db> {
        let mut instances = Vec::new();
        for _ in 0..number {
            instances.push(match self.database {
                // An application's own pool, of whose sessions colmig sets nothing up.
                Database::MariaDb => {
                    let pool = sqlx::MySqlPool::connect(&self.url).await.unwrap();
                    instance().from_mariadb(pool)
                }
                _ => self.instance().await,
            });
        }
        instances
    }

    /// Everything in the schema that is not colmig's own, as the database says it.
    pub(crate) async fn schema(&self) -> String {
        match &self.home {
            Home::Postgres(server, name) => without_own(&server.pg_dump_schema(name).unwrap()),
            Home::MariaDb(server, name) => without_own(&server.dump_schema(name).unwrap()),
            Home::Sqlite { .. } => {
                let db = self.instance().await;
                let sql = "SELECT group_concat(sql, ';\n') FROM (SELECT sql FROM sqlite_schema \
                           WHERE tbl_name NOT LIKE 'colmig\\_%' ESCAPE '\\' ORDER BY name)";
                let schema = raw::text(&db, sql).await.unwrap().unwrap_or_default();
                db.close().await;
                schema
            }
        }
    }

    /// Adds a column that changes by itself with every update, where the database has such.
    pub(crate) async fn keep_time_of_change(&self, db: &Db, table: &str) {
        if self.database == Database::MariaDb {
            let sql = format!(
                "ALTER TABLE {table} ADD COLUMN touched timestamp(6) NOT NULL DEFAULT '2001-01-01' ON UPDATE CURRENT_TIMESTAMP(6)"
            );
            raw::execute(db, &sql).await.unwrap();
        }
    }

    /// The rows of which that column says that somebody has changed them.
    pub(crate) async fn touched(&self, db: &Db, table: &str, among: &str) -> i64 {
        if self.database != Database::MariaDb {
            return 0;
        }
        let sql = format!("SELECT count(*) FROM {table} WHERE {among} AND touched > '2001-01-02'");
        raw::number(db, &sql).await.unwrap()
    }

    pub(crate) fn migrations(&self) -> Vec<Migration> {
        load(&folder(), self.database).unwrap()
    }

    pub(crate) async fn migrator(&self) -> Migrator {
        Migrator::connect(&self.url, quick()).await.unwrap()
    }

    /// One whose backfill mostly pauses, so that something can happen meanwhile.
    pub(crate) async fn slow_migrator(&self) -> Migrator {
        let slow = Settings {
            duty: 0.02,
            ..quick()
        };
        Migrator::connect(&self.url, slow).await.unwrap()
    }

    /// Creates the table and fills it as the build before would have.
    pub(crate) async fn with_users(&self, rows: i64) -> Db {
        let goal = Goal {
            only: Some(CREATE.to_owned()),
            ..Goal::default()
        };
        let outcome = self
            .migrator()
            .await
            .run(&self.migrations(), &goal, &Watch::default())
            .await;
        assert!(matches!(outcome, Ok(Outcome::Done)), "{outcome:?}");
        let db = self.instance().await;
        raw::seed(&db, 1, rows).await.unwrap();
        db
    }

    pub(crate) fn people_migrations(&self) -> Vec<Migration> {
        let people = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("people/migrations");
        load(&people, self.database).unwrap()
    }

    /// The same, generated with `triggers = false`: models and records are the same.
    pub(crate) fn people_migrations_without_triggers(&self) -> Vec<Migration> {
        let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        load(&tests.join("people/without_triggers"), self.database).unwrap()
    }

    /// Creates the table of people and fills it as the build before would have.
    pub(crate) async fn with_people(&self, rows: i64) -> Db {
        let outcome = self.run_people(CREATE_PEOPLE, Phase::SwitchReads).await;
        assert_eq!(outcome, Outcome::Done);
        let db = self.instance().await;
        raw::execute(&db, &colmig_people::insert_old(1, rows))
            .await
            .unwrap();
        db
    }

    /// Runs a migration of the people, up to the end of a phase.
    pub(crate) async fn run_people(&self, id: &str, until: Phase) -> Outcome {
        let goal = Goal {
            until,
            only: Some(id.to_owned()),
            again: true,
            ..Goal::default()
        };
        let migrations = self.people_migrations();
        let mut migrator = self.migrator().await;
        migrator
            .run(&migrations, &goal, &Watch::default())
            .await
            .unwrap()
    }

    /// Tries to take the people's columns to the very end.
    pub(crate) async fn contract_people(&self) -> Outcome {
        let migrations = self.people_migrations();
        let mut migrator = self.migrator().await;
        let outcome = migrator
            .contract(&migrations, REPLACE, &Watch::default())
            .await;
        outcome.unwrap()
    }

    /// Tries to move the switch from which side people are read.
    pub(crate) async fn switch_people(&self, to: Switching) -> Outcome {
        let migrations = self.people_migrations();
        let mut migrator = self.migrator().await;
        let outcome = migrator
            .switch(&migrations, REPLACE, to, &Watch::default())
            .await;
        outcome.unwrap()
    }

    /// What `status` says of the people's read switch.
    pub(crate) async fn people_reads(&self) -> ReadsStatus {
        let migrations = self.people_migrations();
        let status = self.migrator().await.status(&migrations).await.unwrap();
        let mut of_migrations = status.migrations.into_iter();
        let replace = of_migrations
            .find(|migration| migration.id == REPLACE)
            .unwrap();
        replace.reads.unwrap()
    }

    /// Takes the people's columns back.
    pub(crate) async fn abort_people(&self) {
        let migrations = self.people_migrations();
        let mut migrator = self.migrator().await;
        let outcome = migrator
            .abort(&migrations, REPLACE, &Watch::default())
            .await;
        assert_eq!(outcome.unwrap(), Outcome::Done);
    }

    pub(crate) fn parcels_migrations(&self) -> Vec<Migration> {
        let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        load(&tests.join("parcels/migrations"), self.database).unwrap()
    }

    /// Creates the table of parcels and fills it as the build before would have: half of the
    /// rows in each of two depots.
    pub(crate) async fn with_parcels(&self, rows: i64) -> Db {
        let outcome = self
            .run_parcels(CREATE_PARCELS, Phase::SwitchReads, &Watch::default())
            .await;
        assert_eq!(outcome, Outcome::Done);
        let db = self.instance().await;
        for depot in ["north", "south"] {
            let sql = colmig_parcels::insert_old(depot, 1, rows / 2);
            raw::execute(&db, &sql).await.unwrap();
        }
        db
    }

    /// Runs a migration of the parcels, up to the end of a phase, and vouches for all writers.
    pub(crate) async fn run_parcels(&self, id: &str, until: Phase, watch: &Watch) -> Outcome {
        let settings = Settings {
            assume_drained: true,
            lock_patience: Duration::from_secs(8),
            ..quick()
        };
        let goal = Goal {
            until,
            only: Some(id.to_owned()),
            again: true,
            ..Goal::default()
        };
        let migrations = self.parcels_migrations();
        let mut migrator = Migrator::connect(&self.url, settings).await.unwrap();
        migrator.run(&migrations, &goal, watch).await.unwrap()
    }

    /// Converts the parcels' weight, up to the end of a phase.
    pub(crate) async fn convert_parcels(&self, until: Phase) -> Outcome {
        self.run_parcels(CONVERT, until, &Watch::default()).await
    }

    /// Tries to move the switch from which side parcels are read.
    pub(crate) async fn switch_parcels(&self, to: Switching) -> Outcome {
        let migrations = self.parcels_migrations();
        let mut migrator = self.migrator().await;
        let watch = Watch::default();
        let outcome = migrator.switch(&migrations, CONVERT, to, &watch).await;
        outcome.unwrap()
    }

    /// Takes the parcels' column back.
    pub(crate) async fn abort_parcels(&self) {
        let migrations = self.parcels_migrations();
        let mut migrator = self.migrator().await;
        let watch = Watch::default();
        let outcome = migrator.abort(&migrations, CONVERT, &watch).await;
        assert_eq!(outcome.unwrap(), Outcome::Done);
    }

    /// Runs the migration that adds the columns, up to the end of a phase.
    pub(crate) async fn run_until(&self, phase: Phase) {
        self.run(Goal {
            until: phase,
            ..Goal::default()
        })
        .await;
    }

    /// The same, also after an abort.
    pub(crate) async fn run_until_again(&self, phase: Phase) {
        self.run(Goal {
            until: phase,
            again: true,
            ..Goal::default()
        })
        .await;
    }

    async fn run(&self, goal: Goal) {
        let phase = goal.until;
        let goal = Goal {
            only: Some(ADD.to_owned()),
            ..goal
        };
        let outcome = self
            .migrator()
            .await
            .run(&self.migrations(), &goal, &Watch::default())
            .await;
        assert!(
            matches!(outcome, Ok(Outcome::Done)),
            "until {phase}: {outcome:?}"
        );
    }

    pub(crate) async fn contract(&self) {
        let outcome = self
            .migrator()
            .await
            .contract(&self.migrations(), ADD, &Watch::default())
            .await;
        assert!(matches!(outcome, Ok(Outcome::Done)), "{outcome:?}");
    }

    pub(crate) async fn abort(&self) {
        let outcome = self
            .migrator()
            .await
            .abort(&self.migrations(), ADD, &Watch::default())
            .await;
        assert!(matches!(outcome, Ok(Outcome::Done)), "{outcome:?}");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The server goes with the test run, and its databases with it.
        match &self.home {
            Home::Postgres(server, name) => drop(server.drop_database(name)),
            Home::MariaDb(server, name) => drop(server.drop_database(name)),
            Home::Sqlite { .. } => {}
        }
    }
}

/// The statements of a dump that are not about colmig's own tables. Triggers and functions that a
/// migration brings are not among those.
fn without_own(dump: &str) -> String {
    let own = [
        "colmig_migration",
        "colmig_step",
        "colmig_range",
        "colmig_tuning",
        "colmig_instance",
        "colmig_switch",
        "colmig_mismatch",
        "colmig_audit",
        "colmig_conversion",
        "colmig_lock",
        "colmig_meta",
        "colmig_saved",
    ];
    let others = dump
        .split(";\n")
        .filter(|statement| own.iter().all(|name| !statement.contains(name)));
    others.collect::<Vec<_>>().join(";\n")
}

/// The migrations of this package, which is a project of colmig's.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// An instance of the build that knows the columns, which soon hears of what is published.
pub(crate) fn instance() -> Options {
    Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(200))
        .model::<User>()
        .model::<Person>()
        .model::<Parcel>()
        .model::<Article>()
        .model::<Member>()
}

/// Settings with short waits: the tests wait for nothing that does not matter to them.
pub(crate) fn quick() -> Settings {
    Settings {
        lease: Duration::from_secs(2),
        lock_retry: Duration::from_millis(50),
        lock_patience: Duration::from_secs(20),
        batch_rows: 200,
        dwell: Duration::ZERO,
        ..Settings::default()
    }
}

/// A watch that asks to stop once `when` says so of an event.
pub(crate) fn stopping(
    when: impl Fn(&colmig::migrate::Event) -> bool + Send + Sync + 'static,
) -> Watch {
    let stop = Stop::default();
    let asked = stop.clone();
    Watch {
        events: Box::new(move |event| {
            if when(event) {
                asked.request();
            }
        }),
        stop,
    }
}

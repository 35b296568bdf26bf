//! kill -9 of `cargo colmig run` and of the server, and then the same command again.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use colmig::Db;
use colmig_harness::Postgres;
use colmig_tests::command::colmig_binary;
use colmig_tests::project::Project;
use colmig_tests::raw;

/// The table is small, so batches are too: there is something to interrupt everywhere.
const ROWS: i64 = 600;

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
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts `run`, and kills it when the event with this number has been seen. Whether
    /// it came that far.
    fn kill_after(&self, events: usize) -> bool {
        let mut child = self
            .command(&["run"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let seen = nth_event(&mut child, events);
        child.kill().unwrap();
        child.wait().unwrap();
        seen
    }

    fn finish(&self) {
        for arguments in [&["run"][..], &["contract", "--yes"], &["verify"]] {
            let output = self.command(arguments).output().unwrap();
            let words = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{arguments:?}: {words}");
        }
    }
}

fn nth_event(child: &mut Child, events: usize) -> bool {
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .nth(events)
        .is_some()
}

/// What has to be the same, however often the run was interrupted.
async fn state(db: &Db) -> (i64, i64, Option<String>) {
    let rows = raw::number(db, "SELECT count(*) FROM users").await.unwrap();
    let right = "SELECT count(*) FROM users WHERE display_name = first_name || ' ' || last_name";
    let right = raw::number(db, right).await.unwrap();
    let schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema \
                  WHERE tbl_name = 'users' ORDER BY name)";
    let schema = match db.as_sqlite() {
        Some(_) => raw::text(db, schema).await.unwrap(),
        None => None,
    };
    (rows, right, schema)
}

/// Runs the whole migration, killed again and again, each time a few events further on.
async fn killed_again_and_again(run: &Run, create: &Db, every: usize) {
    raw::seed(create, 1, ROWS).await.unwrap();
    run.project.add_field();
    let mut kills = 0;
    for number in 0.. {
        assert!(number < 200, "the run makes no progress");
        if !run.kill_after(1 + number % every) {
            break;
        }
        kills += 1;
    }
    assert!(kills >= 5, "killed {kills} times only");
    run.finish();
    let (rows, right, schema) = state(create).await;
    assert_eq!((rows, right), (ROWS, ROWS));
    if let Some(schema) = schema {
        assert_eq!(schema, untouched_schema().await);
    }
}

/// The schema after a run that nobody interrupted.
async fn untouched_schema() -> String {
    let run = on_sqlite();
    let db = created(&run).await;
    raw::seed(&db, 1, ROWS).await.unwrap();
    run.project.add_field();
    run.finish();
    state(&db).await.2.unwrap()
}

fn on_sqlite() -> Run {
    let project = Project::new(&["sqlite"]);
    let url = format!(
        "sqlite:{}?mode=rwc",
        project.folder().join("app.db").display()
    );
    Run { project, url }
}

async fn created(run: &Run) -> Db {
    let output = run.command(&["run"]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Db::connect(&run.url).await.unwrap()
}

mod sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn killed_again_and_again() {
        let run = on_sqlite();
        let db = created(&run).await;
        super::killed_again_and_again(&run, &db, 12).await;
    }
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn killed_again_and_again() {
        let server = colmig_harness::shared_postgres().unwrap();
        let name = server.create_database("killed").unwrap();
        let run = Run {
            project: Project::new(&["postgres"]),
            url: server.url(&name),
        };
        let db = created(&run).await;
        super::killed_again_and_again(&run, &db, 12).await;
        db.close().await;
        server.drop_database(&name).unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_server_is_killed_during_the_backfill() {
        let mut server = Postgres::builder().durable(true).start().unwrap();
        let run = Run {
            project: Project::new(&["postgres"]),
            url: server.url("postgres"),
        };
        let db = created(&run).await;
        raw::seed(&db, 1, ROWS).await.unwrap();
        db.close().await;
        run.project.add_field();
        for _ in 0..3 {
            let mut child = run
                .command(&["run"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let stdout = child.stdout.take().unwrap();
            let progress = BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .any(|line| line.contains("backfill-progress"));
            server.kill9_all().unwrap();
            if !progress {
                child.wait().unwrap();
                server.restart().unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            server.restart().unwrap();
        }
        run.finish();
        let db = Db::connect(&run.url).await.unwrap();
        assert_eq!(state(&db).await, (ROWS, ROWS, None));
    }
}

mod mongodb {
    use ::mongodb::bson::{Document, doc};
    use colmig_harness::{ReplicaSet, Storage, shared_mongodb};

    use super::*;

    fn seeded() -> impl Iterator<Item = Document> {
        (1..=ROWS).map(|id| {
            doc! { "_id": id, "first_name": format!("First{id}"), "last_name": format!("Last{id}") }
        })
    }

    async fn users(run: &Run) -> ::mongodb::Collection<Document> {
        let client = ::mongodb::Client::with_uri_str(&run.url).await.unwrap();
        client.default_database().unwrap().collection("users")
    }

    /// A project whose collection is there, with documents of a build before.
    async fn created(url: String) -> (Run, ::mongodb::Collection<Document>) {
        let project = Project::of_documents();
        let run = Run { project, url };
        let output = run.command(&["run"]).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words}");
        let users = users(&run).await;
        users.insert_many(seeded()).await.unwrap();
        run.project.add_field();
        (run, users)
    }

    async fn assert_filled(users: &::mongodb::Collection<Document>) {
        let mut found = users.find(doc! {}).sort(doc! { "_id": 1 }).await.unwrap();
        for mut expected in seeded() {
            assert!(found.advance().await.unwrap());
            let id = expected.get_i64("_id").unwrap();
            expected.insert("display_name", format!("First{id} Last{id}"));
            assert_eq!(found.deserialize_current().unwrap(), expected);
        }
        assert!(!found.advance().await.unwrap());
        let indexes = users.list_index_names().await.unwrap();
        assert_eq!(indexes, ["_id_", "users_display_name_idx"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn killed_again_and_again() {
        let server = shared_mongodb().unwrap();
        let name = server.create_database("killed").unwrap();
        let (run, users) = created(server.url(&name)).await;
        let mut kills = 0;
        for number in 0.. {
            assert!(number < 200, "the run makes no progress");
            if !run.kill_after(1 + number % 12) {
                break;
            }
            kills += 1;
        }
        assert!(kills >= 5, "killed {kills} times only");
        run.finish();
        assert_filled(&users).await;
        server.drop_database(&name).unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_first_server_is_killed_during_the_backfill() {
        let set = ReplicaSet::builder().storage(Storage::Memory);
        let set = set.election_timeout(Duration::from_secs(2));
        let mut set = set.start().unwrap();
        let (run, users) = created(set.url("killed")).await;
        let mut child = run
            .command(&["run"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("backfill-progress")));
        let killed = set.primary().unwrap();
        set.kill9(killed).unwrap();
        // It goes on by itself, on the server that comes next.
        let rest: Vec<String> = lines.collect();
        assert!(child.wait().unwrap().success(), "{rest:?}");
        run.finish();
        assert_filled(&users).await;
    }
}

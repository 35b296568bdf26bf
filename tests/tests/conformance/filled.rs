//! A new column that a function in Rust fills.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use colmig::migrate::{Goal, Migrator, Outcome, Settings, Verifying, Watch, load};
use colmig::{Converted, Db, Error, Model, Phase, field};
use colmig_articles::{Article, CREATE, FILL, insert_old, slug};
use colmig_tests::raw;
use tokio::task::JoinHandle;

use crate::Place;
use crate::filling::Filling;
use crate::place::quick;

/// The phases in which a migration stops by itself, or can be told to.
const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// Runs a migration of the articles, up to the end of a phase, and vouches for all writers.
async fn run(place: &Place, id: &str, until: Phase) -> Outcome {
    let settings = Settings {
        assume_drained: true,
        ..quick()
    };
    let goal = Goal {
        until,
        only: Some(id.to_owned()),
        again: true,
        ..Goal::default()
    };
    let mut migrator = Migrator::connect(&place.url, settings).await.unwrap();
    let (migrations, watch) = (migrations(place), Watch::default());
    migrator.run(&migrations, &goal, &watch).await.unwrap()
}

fn migrations(place: &Place) -> Vec<colmig::migrate::Migration> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    load(&tests.join("articles/migrations"), place.database).unwrap()
}

async fn fill(place: &Place, until: Phase) -> Outcome {
    run(place, FILL, until).await
}

/// Creates the table and fills it as the build before would have.
async fn with_articles(place: &Place, rows: i64) -> Db {
    let created = run(place, CREATE, Phase::SwitchReads).await;
    assert_eq!(created, Outcome::Done);
    let db = place.instance().await;
    raw::execute(&db, &insert_old(1, rows)).await.unwrap();
    db
}

/// Fills beside the test, as an instance of the application does.
fn worker(db: &Db) -> JoinHandle<Converted> {
    let convert = colmig::convert::<Article>(db).rows(40).duty(1.0);
    tokio::spawn(async move { convert.await.unwrap() })
}

async fn find(db: &Db, id: i64) -> Article {
    Article::find(db, id).await.unwrap().unwrap()
}

/// The rows, by their numbers, whose column does not hold what the function gives.
async fn wrong(db: &Db) -> Vec<String> {
    let row = "id || '=' || title || '=' || coalesce(author, '') || '=' || coalesce(slug, 'NULL')";
    let rows = raw::joined(db, row, "articles").await.unwrap();
    let differs = |row: &&str| {
        let parts: Vec<&str> = row.split('=').collect();
        let author = Some(parts[2].to_owned()).filter(|author| !author.is_empty());
        slug::of(parts[1], &author).unwrap() != parts[3]
    };
    rows.split(';').filter(differs).map(str::to_owned).collect()
}

/// Accessors on rows of their own, whatever the phase.
async fn exercise(db: &Db, base: i64, stored: bool, in_sql: bool) {
    // A row of before, read and changed by this build.
    let old = Article::plain(7);
    assert_eq!(find(db, 7).await, old);
    // What the function gives goes in at any time, and what it does not give once it is stored.
    let inserted = Article::plain(base);
    inserted.insert(db).await.unwrap();
    assert_eq!(find(db, base).await, inserted);
    let own = Article {
        slug: "an-own-address".to_owned(),
        ..Article::plain(base + 1)
    };
    let update = Article::update(base).set(field!(Article.slug), "changed".to_owned());
    match own.insert(db).await {
        Ok(()) if stored => {
            assert_eq!(find(db, base + 1).await, own);
            assert!(update.execute(db).await.unwrap());
            assert_eq!(find(db, base).await.slug, "changed");
        }
        Err(Error::NotWritable { column: "slug", .. }) if !stored => {
            let refused = update.execute(db).await.unwrap_err();
            assert!(matches!(refused, Error::NotWritable { .. }), "{refused:?}");
            assert_eq!(Article::find(db, base + 1).await.unwrap(), None);
        }
        other => panic!("{other:?}"),
    }
    // Other fields are of no concern to it, nor are tails over them.
    let author = field!(Article.author);
    let update = Article::update(base).set(author, Some("Bea".to_owned()));
    assert!(update.execute(db).await.unwrap());
    let by_author = Article::query(db, "WHERE {author} = 'Ada' AND {id} < 7 ORDER BY {id}");
    let ada = [Article::plain(3), Article::plain(6)];
    assert_eq!(by_author.fetch_all().await.unwrap(), ada);
    match Article::query(db, "WHERE {slug} = 'ode-no-7'")
        .fetch_all()
        .await
    {
        Ok(found) if in_sql => assert_eq!(found, [old]),
        Err(Error::Tail { reason, .. }) if !in_sql => {
            assert!(reason.contains("until every row is filled"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    match Article::columns(db) {
        Ok(_) if in_sql => {}
        Err(Error::InRust { column: "slug", .. }) if !in_sql => {}
        other => panic!("{other:?}"),
    }
    assert!(Article::delete(db, base).await.unwrap());
    assert_eq!(Article::delete(db, base + 1).await.unwrap(), stored);
}

pub(crate) async fn a_function_fills_a_new_column_in_every_phase(place: &Place) {
    let db = with_articles(place, 600).await;
    place.keep_time_of_change(&db, "articles").await;
    exercise(&db, 1_000, false, false).await;
    let workers = [worker(&db), worker(&place.instance().await)];
    for phase in BEFORE_CONTRACT {
        assert_eq!(fill(place, phase).await, Outcome::Done, "{phase}");
        let stored = phase >= Phase::DualWrite;
        exercise(&db, 2_000, stored, phase >= Phase::Constrain).await;
    }
    let mut written = 0;
    for worker in workers {
        let converted = worker.await.unwrap();
        assert!(converted.ended);
        written += converted.rows;
    }
    assert_eq!(written, 600, "each row once");
    assert_eq!(place.touched(&db, "articles", "id <= 600").await, 0);
    assert_eq!(wrong(&db).await, [""; 0]);
    // What nobody but the application can compare, is not said to be as it should be.
    let mut migrator = place.migrator().await;
    let (files, watch) = (migrations(place), Watch::default());
    let found = migrator.verify(&files, &Verifying::default(), &watch).await;
    let found = found.unwrap();
    assert!(found.holds(), "{found:?}");
    let not_compared: Vec<String> = found
        .not_compared()
        .map(|check| check.to_string())
        .collect();
    let [only] = &not_compared[..] else {
        panic!("{not_compared:?}");
    };
    assert!(only.contains("NOT COMPARED: `slug` of `articles` is what the function `slug::of`"));
    // The database holds to it from now on.
    let empty = "INSERT INTO articles (id, title) VALUES (9000, 'x')";
    let refused = raw::execute(&db, empty).await.unwrap_err();
    assert!(refused.to_string().contains("slug"), "{refused}");
    let mut migrator = place.migrator().await;
    let (migrations, watch) = (migrations(place), Watch::default());
    let contracted = migrator.contract(&migrations, FILL, &watch).await;
    assert_eq!(contracted.unwrap(), Outcome::Done);
    exercise(&db, 3_000, true, true).await;
    let at_once = worker(&db).await.unwrap();
    assert!(at_once.ended && at_once.rows == 0);
}

pub(crate) async fn abort_takes_a_column_that_a_function_fills_back(place: &Place) {
    let db = with_articles(place, 100).await;
    let before = place.schema().await;
    for phase in BEFORE_CONTRACT {
        let worker = worker(&db);
        assert_eq!(fill(place, phase).await, Outcome::Done);
        exercise(
            &db,
            1_000,
            phase >= Phase::DualWrite,
            phase >= Phase::Constrain,
        )
        .await;
        if phase >= Phase::DualWrite {
            let own = Article {
                slug: format!("own-{phase}"),
                ..Article::plain(2_000)
            };
            own.insert(&db).await.unwrap();
        }
        let mut migrator = place.migrator().await;
        let (migrations, watch) = (migrations(place), Watch::default());
        let aborted = migrator.abort(&migrations, FILL, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
        worker.abort();
        assert_eq!(place.schema().await, before, "after {phase}");
        assert_eq!(find(&db, 7).await, Article::plain(7));
        if phase >= Phase::DualWrite {
            // What somebody wrote survives beside the table.
            let saved =
                format!("SELECT count(*) FROM colmig_saved WHERE value LIKE '%own-{phase}%'");
            assert_eq!(raw::number(&db, &saved).await.unwrap(), 1, "{phase}");
            assert_eq!(find(&db, 2_000).await, Article::plain(2_000));
            assert!(Article::delete(&db, 2_000).await.unwrap());
        }
        for table in ["", "_chunk", "_failure", "_worker"] {
            let sql = format!("SELECT count(*) FROM colmig_conversion{table}");
            assert_eq!(raw::number(&db, &sql).await.unwrap(), 0, "{table}");
        }
    }
}

pub(crate) async fn rows_that_a_function_refuses_are_named_and_hold_the_migration(place: &Place) {
    let db = with_articles(place, 400).await;
    let long = "long ".repeat(45);
    let bad = [
        (
            17,
            "12 : 34",
            "title, author = '12 : 34, NULL': the title has no letters",
        ),
        (
            171,
            "!",
            "title, author = '!, Ada': the title has no letters",
        ),
        (
            202,
            long.as_str(),
            "the function panicked: no address is that long",
        ),
    ];
    for (id, title, _) in bad {
        let sql = format!("UPDATE articles SET title = '{title}' WHERE id = {id}");
        raw::execute(&db, &sql).await.unwrap();
    }
    let unread = Article::find(&db, 17).await.unwrap_err();
    assert!(matches!(unread, Error::NotConvertible { .. }), "{unread:?}");
    let workers = [worker(&db), worker(&db)];
    let held = fill(place, Phase::SwitchReads).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    for (id, _, reason) in bad {
        let at = gate.find(&format!("{id} ({reason}")).or_else(|| {
            gate.contains(&format!("{id} (title, author = '"))
                .then(|| gate.find(reason))?
        });
        assert!(at.is_some(), "{id}: {gate}");
    }
    for part in [
        "3 rows of `articles`",
        "`slug::of`",
        "`title`, `author`",
        "`slug` itself",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    // So does `status`, with who is at it.
    let status = place.migrator().await.status(&migrations(place)).await;
    let of_migrations = status.unwrap().migrations;
    let mut steps = of_migrations.iter().flat_map(|migration| &migration.steps);
    let step = steps
        .find(|step| step.step == "convert_articles_slug")
        .unwrap();
    assert_eq!(step.rows, 397);
    let shown = step.conversion.as_ref().unwrap();
    assert_eq!((shown.failed, shown.failures.len()), (3, 3), "{shown:?}");
    assert!(shown.held, "{shown:?}");
    assert!(shown.failures.iter().any(|row| row.starts_with("17 (")));
    assert!(shown.remedy.as_ref().unwrap().contains("`slug` itself"));
    // All others are filled, and the process goes on.
    let filled = "SELECT count(*) FROM articles WHERE slug IS NOT NULL";
    assert_eq!(raw::number(&db, filled).await.unwrap(), 397);
    let again = fill(place, Phase::SwitchReads).await;
    assert!(matches!(again, Outcome::Held { .. }), "{again:?}");
    // Mended by what it is made of, or by the value itself.
    let mend = Article::update(17).set(field!(Article.title), "Twelve".to_owned());
    assert!(mend.execute(&db).await.unwrap());
    let mend = Article::update(171).set(field!(Article.title), "Bang".to_owned());
    assert!(mend.execute(&db).await.unwrap());
    let mend = Article::update(202).set(field!(Article.slug), "long".to_owned());
    assert!(mend.execute(&db).await.unwrap());
    assert_eq!(fill(place, Phase::SwitchReads).await, Outcome::Done);
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    for (id, slug) in [(17, "twelve"), (171, "bang-ada"), (202, "long")] {
        assert_eq!(find(&db, id).await.slug, slug);
    }
}

pub(crate) async fn a_null_from_behind_is_named_and_holds_the_migration(place: &Place) {
    let db = with_articles(place, 100).await;
    let worker = worker(&db);
    assert_eq!(fill(place, Phase::Backfill).await, Outcome::Done);
    assert!(worker.await.unwrap().ended);
    // By a writer that nobody knows of, after the last pass of the function.
    raw::execute(&db, &insert_old(900, 2)).await.unwrap();
    for _ in 0..2 {
        let held = fill(place, Phase::SwitchReads).await;
        let Outcome::Held { phase, gate, .. } = held else {
            panic!("{held:?}");
        };
        assert_eq!(phase, Phase::Constrain);
        let words = "2 rows of `articles` resist `articles_slug_not_null`: they hold NULL in `slug`, which is to be required; \
                     by id: 900; 901: write a value";
        assert!(gate.starts_with(words), "{gate}");
    }
    let mend = "UPDATE articles SET slug = 'mended ' || id WHERE slug IS NULL";
    raw::execute(&db, mend).await.unwrap();
    assert_eq!(fill(place, Phase::SwitchReads).await, Outcome::Done);
}

pub(crate) async fn rows_that_change_while_they_are_filled_are_done_again(place: &Place) {
    let db = with_articles(place, 600).await;
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = place
        .instances(2)
        .await
        .into_iter()
        .zip([1, 301])
        .map(|(instance, first)| {
            let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
            tokio::spawn(async move {
                // Which title the address of each row was made of, when it was last read.
                let mut seen = vec![0_u64; 300];
                let mut number = 1_000;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    let at = usize::try_from((number * 7) % 300).unwrap();
                    let id = first + i64::try_from(at).unwrap();
                    let title = field!(Article.title);
                    let update = Article::update(id).set(title, format!("Ode {number}"));
                    assert!(update.execute(&instance).await.unwrap());
                    let read = Article::find(&instance, id).await.unwrap().unwrap();
                    let parts: Vec<&str> = read.slug.split('-').collect();
                    // As it was at first, or as it was changed to.
                    let of = match parts[1] {
                        "no" => 0,
                        number => number.parse().unwrap(),
                    };
                    assert!(
                        of >= seen[at] && of <= number,
                        "{read:?} after {}",
                        seen[at]
                    );
                    assert!(
                        seen[at] == 0 || of == seen[at] || of == number,
                        "{read:?} after {}",
                        seen[at]
                    );
                    seen[at] = of;
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
                seen
            })
        })
        .collect();
    // Whoever inserts as the build before did, is found by a later pass.
    let raw_writer = {
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut id = 10_000;
            while !stop.load(Ordering::Relaxed) && id < 10_020 {
                raw::execute(&db, &insert_old(id, 1)).await.unwrap();
                id += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            id
        })
    };
    let workers = [worker(&db), worker(&place.instance().await)];
    // They end before NULL is refused, for somebody has vouched for all writers.
    assert_eq!(fill(place, Phase::DualWrite).await, Outcome::Done);
    let inserted = raw_writer.await.unwrap();
    assert_eq!(fill(place, Phase::SwitchReads).await, Outcome::Done);
    stop.store(true, Ordering::Relaxed);
    let mut changed = 0;
    for writer in writers {
        let seen = writer.await.unwrap();
        changed += seen.iter().filter(|seen| **seen > 0).count();
    }
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    assert!(rounds.load(Ordering::Relaxed) > 100, "{rounds:?}");
    assert!(changed > 0, "a title was changed before its row was filled");
    for id in 10_000..inserted {
        assert_eq!(find(&db, id).await, Article::plain(id));
    }
    let empty = "SELECT count(*) FROM articles WHERE slug IS NULL";
    assert_eq!(raw::number(&db, empty).await.unwrap(), 0);
}

pub(crate) async fn a_process_that_is_killed_while_it_fills_costs_its_range(place: &Place) {
    let rows = 4_000;
    let db = with_articles(place, rows).await;
    assert_eq!(fill(place, Phase::DualWrite).await, Outcome::Done);
    let filled = "SELECT count(*) FROM articles WHERE slug IS NOT NULL";
    let kills = async {
        let mut killed_at_work = 0;
        for _ in 0..5 {
            let before = raw::number(&db, filled).await.unwrap();
            let victims = [Filling::start(&place.url), Filling::start(&place.url)];
            // Each two are killed once they have filled some ranges: a signal 9 to both.
            let mut now = before;
            for _ in 0..1_000 {
                now = raw::number(&db, filled).await.unwrap();
                if now > before + 100 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            drop(victims);
            killed_at_work += i32::from(now < rows);
        }
        let held = "SELECT count(*) FROM colmig_conversion_chunk";
        let orphans = raw::number(&db, held).await.unwrap();
        let survivors = [Filling::start(&place.url), Filling::start(&place.url)];
        (killed_at_work, orphans, survivors)
    };
    let (outcome, (killed_at_work, orphans, survivors)) =
        tokio::join!(fill(place, Phase::SwitchReads), kills);
    assert_eq!(outcome, Outcome::Done);
    assert!(
        killed_at_work > 0 && orphans > 0,
        "{killed_at_work}, {orphans}"
    );
    for mut survivor in survivors {
        let ended = survivor.wait();
        assert!(ended.success(), "{ended}");
    }
    assert_eq!(wrong(&db).await, [""; 0]);
    let covered = "SELECT filled FROM colmig_conversion";
    assert_eq!(raw::number(&db, covered).await.unwrap(), rows, "each once");
    let left = raw::number(&db, "SELECT count(*) FROM colmig_conversion_chunk").await;
    assert_eq!(left.unwrap(), 0);
}

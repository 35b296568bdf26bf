//! Types that become others in place, and get values.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use colmig::__private::{Derived, Reader};
use colmig::migrate::{Goal, Migration, Outcome, Watch, load};
use colmig::{Database, Db, Model, Phase, field};
use colmig_tests::project::Project;
use colmig_tests::raw;
use colmig_tickets::{CHANGE, CREATE, State, Ticket};

use crate::Place;

/// The struct as the build before has it, with what its derive wrote for it.
#[derive(Debug)]
struct Before {
    id: i64,
    code: String,
    title: String,
}

impl Derived for Before {
    type Key = i64;
    const MODEL: &'static str = "model Before\ntable tickets\nfields id, code, title\nkey id\n\
        cast code varchar, title varchar\n\
        databases postgres\nfind SELECT id, code::varchar, title::varchar FROM tickets WHERE id = $1\n\
        insert INSERT INTO tickets (id, code, title, state) VALUES ($1, $2, $3, 'open')\n\
        delete DELETE FROM tickets WHERE id = $1\n\
        databases sqlite\nfind SELECT id, code, title FROM tickets WHERE id = $1\n\
        insert INSERT INTO tickets (id, code, title, state) VALUES ($1, $2, $3, 'open')\n\
        delete DELETE FROM tickets WHERE id = $1\nrecord\n";

    fn value(&self, field: usize) -> &dyn Any {
        [&self.id as &dyn Any, &self.code, &self.title][field]
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(Before {
            id: reader.take()?,
            code: reader.take()?,
            title: reader.take()?,
        })
    }
}

/// Not every database does in place what PostgreSQL does, and refuses that by name.
fn is_refused(place: &Place) -> bool {
    if place.database != Database::MariaDb {
        return false;
    }
    let project = Project::new(&["mariadb"]);
    for ty in ["text", "varchar(40)"] {
        let words = project.refused("first_name", &format!("sql_type = \"{ty}\""));
        for part in ["`first_name` of `users`", "replaces = \"first_name\""] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }
    true
}

fn migrations(place: &Place) -> Vec<Migration> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    load(&tests.join("tickets/migrations"), place.database).unwrap()
}

async fn run(place: &Place, id: &str, until: Phase) -> Outcome {
    let goal = Goal {
        until,
        only: Some(id.to_owned()),
        again: true,
        ..Goal::default()
    };
    let mut migrator = place.migrator().await;
    let (migrations, watch) = (migrations(place), Watch::default());
    migrator.run(&migrations, &goal, &watch).await.unwrap()
}

async fn with_tickets(place: &Place) -> Db {
    let created = run(place, CREATE, Phase::SwitchReads).await;
    assert_eq!(created, Outcome::Done);
    place.instance().await
}

fn ticket(id: i64, state: State) -> Ticket {
    Ticket {
        id,
        code: format!("T-{id}"),
        title: "as before".to_owned(),
        state,
    }
}

/// What the build before does, with sessions that keep what they have prepared.
async fn before(db: &Db, id: i64) -> colmig::Result<()> {
    let ticket = Before {
        id,
        code: format!("T-{id}"),
        title: "old".to_owned(),
    };
    ticket.insert(db).await?;
    let title = format!("old {id}");
    Before::update(id)
        .set(field!(Before.title), &title)
        .execute(db)
        .await?;
    let found = Before::query(db, "WHERE {code} = $1 ORDER BY title").bind(ticket.code);
    assert_eq!(found.fetch_all().await?[0].title, title);
    Ok(())
}

/// What the newest build does.
async fn after(db: &Db, id: i64) -> colmig::Result<()> {
    let mut ticket = ticket(id, State::Open);
    ticket.insert(db).await?;
    ticket.state = State::Closed;
    Ticket::update(id)
        .set(field!(Ticket.state), ticket.state)
        .execute(db)
        .await?;
    let mut tx = db.begin().await?;
    assert_eq!(Ticket::find(&mut tx, id).await?.as_ref(), Some(&ticket));
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn builds_of_before_and_after_share_a_table_whose_types_are_widened(
    place: &Place,
) {
    if is_refused(place) {
        return;
    }
    let new = with_tickets(place).await;
    let old = place.instance().await;
    let (stop, done) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicI64::new(0)),
    );
    let traffic = {
        let (new, old) = (new.clone(), old.clone());
        let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
        tokio::spawn(async move {
            for id in (1..).step_by(2) {
                before(&old, id).await.unwrap();
                after(&new, id + 1).await.unwrap();
                done.fetch_add(1, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    break;
                }
            }
        })
    };
    let reach = async |more: i64| {
        let until = done.load(Ordering::SeqCst) + more;
        while done.load(Ordering::SeqCst) < until && !traffic.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    reach(20).await;
    assert_eq!(run(place, CHANGE, Phase::SwitchReads).await, Outcome::Done);
    reach(20).await;
    stop.store(true, Ordering::SeqCst);
    traffic.await.unwrap();

    // From now on there is room, and a value more; builds of before read what they know of it.
    let long = Ticket {
        id: 1_000_001,
        code: "T-".to_owned() + &"0".repeat(30),
        title: "x".repeat(300),
        state: State::Held,
    };
    long.insert(&new).await.unwrap();
    assert_eq!(
        Ticket::find(&new, long.id).await.unwrap().as_ref(),
        Some(&long)
    );
    let seen = Before::find(&old, long.id).await.unwrap().unwrap();
    assert_eq!((seen.code, seen.title), (long.code, long.title));
}

pub(crate) async fn a_value_that_is_not_there_yet_is_refused_and_an_abort_keeps_what_was_stored(
    place: &Place,
) {
    if is_refused(place) {
        return;
    }
    let db = with_tickets(place).await;
    let early = Ticket {
        title: "x".repeat(300),
        ..ticket(1, State::Held)
    };
    // SQLite keeps neither sizes nor lists of values: nothing is early there.
    let refuses = place.database == Database::Postgres;
    assert_eq!(early.insert(&db).await.is_err(), refuses);
    let stored = "SELECT count(*) FROM tickets";
    assert_eq!(raw::number(&db, stored).await.unwrap(), i64::from(!refuses));
    assert_eq!(run(place, CHANGE, Phase::Expand).await, Outcome::Done);
    if refuses {
        early.insert(&db).await.unwrap();
    }
    let mut migrator = place.migrator().await;
    migrator
        .abort(&migrations(place), CHANGE, &Watch::default())
        .await
        .unwrap();
    assert_eq!(Ticket::find(&db, 1).await.unwrap(), Some(early));
    assert_eq!(run(place, CHANGE, Phase::SwitchReads).await, Outcome::Done);
}

//! The accessors, in every stage and inside transactions.

use colmig::{Database, Db, Error, Model, Phase, field};
use colmig_tests::model::User;
use colmig_tests::raw;

use crate::Place;

/// A user with values of its own in every new column.
fn own(id: i64) -> User {
    User {
        display_name: "Ada L.".to_owned(),
        handle: format!("ada {id}"),
        plan: "gold".to_owned(),
        nick: Some("ada".to_owned()),
        ..User::plain(id)
    }
}

/// Every accessor, given whether the columns can be written yet.
async fn exercise(db: &Db, base: i64, writable: bool) {
    // A row that an old build wrote reads as the rules and defaults say.
    let id = base;
    raw::seed(db, id, 1).await.unwrap();
    assert_eq!(User::find(db, id).await.unwrap(), Some(User::plain(id)));
    let tail = "WHERE {display_name} = $1 AND {id} = $2";
    let found = User::query(db, tail)
        .bind(format!("First{id} Last{id}"))
        .bind(id);
    assert_eq!(found.fetch_all().await.unwrap(), [User::plain(id)]);
    let columns = User::columns(db).unwrap();
    let sql = format!("SELECT count(*) FROM (SELECT {columns} FROM users WHERE id = {id}) AS u");
    assert_eq!(raw::number(db, &sql).await.unwrap(), 1);

    // A row that holds what a read would give anyhow can be inserted at any time.
    let id = base + 1;
    User::plain(id).insert(db).await.unwrap();
    assert_eq!(User::find(db, id).await.unwrap(), Some(User::plain(id)));
    assert!(
        User::update(id)
            .set(field!(User.last_name), "New")
            .execute(db)
            .await
            .unwrap()
    );

    // Values of one's own are accepted and read back, or refused by type: never lost.
    let id = base + 2;
    let inserted = own(id).insert(db).await;
    let updated = User::update(base)
        .set(field!(User.nick), "nicked")
        .execute(db)
        .await;
    if writable {
        inserted.unwrap();
        assert_eq!(User::find(db, id).await.unwrap(), Some(own(id)));
        let named = User::query(db, "WHERE {display_name} = $1 AND {id} = $2")
            .bind("Ada L.")
            .bind(id);
        assert_eq!(named.fetch_one().await.unwrap(), own(id));
        assert!(updated.unwrap());
        let read = User::find(db, base).await.unwrap().unwrap();
        assert_eq!(read.nick.as_deref(), Some("nicked"));
        assert!(
            User::update(base)
                .set(field!(User.nick), None)
                .execute(db)
                .await
                .unwrap()
        );
        assert_eq!(User::find(db, base).await.unwrap().unwrap().nick, None);
    } else {
        // What a collation takes for the same as a read would give is another value.
        for name in [
            format!("first{id} Last{id}"),
            format!("First{id} Last{id} "),
        ] {
            let alike = User {
                display_name: name,
                ..User::plain(id)
            };
            let refused = alike.insert(db).await;
            assert!(
                matches!(refused, Err(Error::NotWritable { .. })),
                "{refused:?}"
            );
        }
        assert!(
            matches!(inserted, Err(Error::NotWritable { .. })),
            "{inserted:?}"
        );
        assert!(
            matches!(updated, Err(Error::NotWritable { .. })),
            "{updated:?}"
        );
        assert_eq!(User::find(db, id).await.unwrap(), None);
    }

    // In a transaction, on a connection of the application's own, and out again.
    let id = base + 3;
    let mut tx = db.begin().await.unwrap();
    User::plain(id).insert(&mut tx).await.unwrap();
    assert_eq!(
        User::find(&mut tx, id).await.unwrap(),
        Some(User::plain(id))
    );
    assert!(User::delete(&mut tx, id).await.unwrap());
    assert!(!User::delete(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(User::find(db, id).await.unwrap(), None);
    assert!(
        !User::update(id)
            .set(field!(User.last_name), "nobody")
            .execute(db)
            .await
            .unwrap()
    );
}

pub(crate) async fn reads_and_writes_are_right_in_every_stage(place: &Place) {
    let db = place.with_users(10).await;
    place.keep_time_of_change(&db, "users").await;
    exercise(&db, 1000, false).await;
    let mut base = 2000;
    for phase in Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
    {
        place.run_until(phase).await;
        // One instance that lived through it all, and one that was deployed just now.
        let fresh = place.instance().await;
        for db in [&db, &fresh] {
            exercise(db, base, phase >= Phase::DualWrite).await;
            base += 1000;
        }
        fresh.close().await;
    }
    assert_eq!(place.touched(&db, "users", "id <= 10").await, 0);
    place.abort().await;
    exercise(&db, base, false).await;
}

pub(crate) async fn a_transaction_that_is_rolled_back_leaves_nothing(place: &Place) {
    let db = place.with_users(1).await;
    place.run_until(Phase::Backfill).await;
    let mut tx = db.begin().await.unwrap();
    own(2).insert(&mut tx).await.unwrap();
    User::update(1)
        .set(field!(User.plan), "gold")
        .execute(&mut tx)
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    drop(db.begin().await.unwrap());
    assert_eq!(User::find(&db, 2).await.unwrap(), None);
    assert_eq!(User::find(&db, 1).await.unwrap(), Some(User::plain(1)));
}

pub(crate) async fn a_tail_with_a_bare_name_of_a_column_in_flight_is_refused(place: &Place) {
    let db = place.with_users(1).await;
    let tail = match place.database {
        // To its applications double quotes are those of text.
        Database::MariaDb => "WHERE first_name = 'First1' ORDER BY `nick`",
        _ => "WHERE first_name = 'First1' ORDER BY \"nick\"",
    };
    let bare = User::query(&db, tail).fetch_all().await;
    let error = bare.unwrap_err().to_string();
    assert!(error.contains("write `{nick}`"), "{error}");
    let unknown = User::query(&db, "WHERE {nik} = 1").fetch_all().await;
    assert!(
        unknown
            .unwrap_err()
            .to_string()
            .contains("`{nik}` is no column")
    );
    let string = User::query(&db, "WHERE first_name <> 'the nick' -- nick")
        .fetch_all()
        .await;
    assert_eq!(string.unwrap(), [User::plain(1)]);
}

pub(crate) async fn a_long_transaction_needs_no_second_connection(place: &Place) {
    place.with_users(3).await.close().await;
    place.run_until(Phase::Expand).await;
    // The lease has to be renewed meanwhile, and what is known of the phases to be looked at.
    let options = crate::place::instance().lease(std::time::Duration::from_secs(2));
    let db = place.with_one_connection(options).await;
    let mut tx = db.begin().await.unwrap();
    assert_eq!(User::find(&mut tx, 1).await.unwrap(), Some(User::plain(1)));
    tokio::time::sleep(colmig::VIEW_MAX_AGE + std::time::Duration::from_millis(300)).await;
    let asked = std::time::Instant::now();
    assert_eq!(User::find(&mut tx, 2).await.unwrap(), Some(User::plain(2)));
    assert!(asked.elapsed() < std::time::Duration::from_secs(5));
    tx.commit().await.unwrap();
}

pub(crate) async fn a_database_without_state_is_read_as_before_the_migration(place: &Place) {
    let db = place.with_users(3).await;
    for table in [
        "migration",
        "step",
        "audit",
        "lock",
        "meta",
        "saved",
        "instance",
    ] {
        raw::execute(&db, &format!("DROP TABLE colmig_{table}"))
            .await
            .unwrap();
    }
    let db = place.instance_with_one_connection().await;
    let mut tx = db.begin().await.unwrap();
    User::plain(4).insert(&mut tx).await.unwrap();
    assert_eq!(User::find(&mut tx, 4).await.unwrap(), Some(User::plain(4)));
    tx.commit().await.unwrap();
}

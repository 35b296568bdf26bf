//! Runs that end before their work does.

use colmig::Phase;
use colmig::migrate::{Event, Goal, Outcome, Watch, load};
use colmig_tests::model::ADD;
use colmig_tests::raw;

use crate::Place;
use crate::place::{folder, stopping};

pub(crate) async fn a_backfill_that_is_stopped_goes_on_where_it_was(place: &Place) {
    let db = place.with_users(5000).await;
    let watch =
        stopping(|event| matches!(event, Event::BackfillProgress { rows, .. } if *rows >= 1000));
    let goal = Goal {
        only: Some(ADD.to_owned()),
        ..Goal::default()
    };
    let outcome = place
        .slow_migrator()
        .await
        .run(&place.migrations(), &goal, &watch)
        .await;
    assert!(
        matches!(outcome, Ok(Outcome::Stopped { .. })),
        "{outcome:?}"
    );
    let filled = raw::number(
        &db,
        "SELECT count(*) FROM users WHERE display_name IS NOT NULL",
    )
    .await
    .unwrap();
    assert!((1000..5000).contains(&filled), "{filled} rows are filled");

    // Nothing that was filled is filled again: a row changed meanwhile stays as it is.
    raw::execute(&db, "UPDATE users SET first_name = 'Changed' WHERE id = 1")
        .await
        .unwrap();
    place.run_until(Phase::SwitchReads).await;
    let name = raw::text(&db, "SELECT display_name FROM users WHERE id = 1")
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some("First1 Last1"));
    let empty = raw::number(&db, "SELECT count(*) FROM users WHERE display_name IS NULL")
        .await
        .unwrap();
    assert_eq!(empty, 0);
}

pub(crate) async fn an_edited_file_is_refused_once_the_migration_has_begun(place: &Place) {
    place.with_users(10).await;
    place.run_until(Phase::Expand).await;
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&folder(), copy.path());
    let file = copy
        .path()
        .join(ADD)
        .join(place.database.name())
        .join("4_constrain.sql");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("users", "users ")).unwrap();
    let error = load(copy.path(), place.database).unwrap_err().to_string();
    assert!(error.contains("4_constrain.sql"), "{error}");

    // Sealed anew, it is still not the file that the migration began with.
    let manifest = copy.path().join(ADD).join("migration.toml");
    let path = format!("{}/4_constrain.sql", place.database);
    let mut sealed =
        colmig_schema::migration::Manifest::parse(&std::fs::read_to_string(&manifest).unwrap())
            .unwrap();
    sealed.seal(&path, &std::fs::read_to_string(&file).unwrap());
    std::fs::write(&manifest, sealed.to_toml().unwrap()).unwrap();
    let migrations = load(copy.path(), place.database).unwrap();
    let refused = place
        .migrator()
        .await
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains(ADD), "{error}");
}

pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

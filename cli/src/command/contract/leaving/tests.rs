//! Files between their edit and its being written.

use super::*;

const BEFORE: &str = "struct User { #[colmig(backfill = \"1\")] a: i64 }";
const AFTER: &str = "struct User { a: i64 }";

/// Stages the edit of a file that holds `there` by now.
fn staged(there: &str) -> (String, Leaving) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        file: folder.path().join("user.rs"),
        source: BEFORE.into(),
        span: 14..39,
    };
    fs::write(&place.file, there).unwrap();
    let at = At {
        place: Some(place.clone()),
        model: "User".to_owned(),
        field: "a".to_owned(),
        words: vec!["backfill".to_owned()],
    };
    let mut leaving = Leaving {
        edits: vec![Edit {
            at,
            before: String::new(),
            after: String::new(),
            made: false,
            comments: false,
        }],
        by_hand: Vec::new(),
        files: vec![(place.clone(), AFTER.to_owned())],
    };
    let mut changes = Changeset::default();
    leaving.stage(&mut changes).unwrap();
    changes.apply().unwrap();
    (fs::read_to_string(&place.file).unwrap(), leaving)
}

#[test]
fn a_file_that_is_as_it_was_read_is_edited() {
    let (text, leaving) = staged(BEFORE);
    assert_eq!(text, AFTER);
    assert!(leaving.edits[0].made);
    let marked = format!("\u{feff}{BEFORE}");
    assert_eq!(staged(&marked).0, format!("\u{feff}{AFTER}"));
}

#[test]
fn a_file_that_somebody_changed_meanwhile_is_left() {
    let changed = format!("{BEFORE} // new");
    let (text, leaving) = staged(&changed);
    assert_eq!(text, changed);
    assert!(leaving.edits.is_empty() && leaving.by_hand.len() == 1);
}

#[cfg(unix)]
#[test]
fn a_link_and_who_may_read_the_file_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.rs"), folder.path().join("link.rs"));
    fs::write(&real, BEFORE).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    let place = Place {
        file: link.clone(),
        source: BEFORE.into(),
        span: 0..0,
    };
    let mut leaving = Leaving {
        files: vec![(place, AFTER.to_owned())],
        ..Leaving::default()
    };
    let mut changes = Changeset::default();
    leaving.stage(&mut changes).unwrap();
    changes.apply().unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), AFTER);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

//! The rules, one by one.

use super::*;
use crate::Progress;

fn instance(id: &str, acknowledged: Epoch, understands: &[(&str, &[&str])]) -> Instance {
    let columns = |names: &[&str]| -> Columns {
        let names = names.iter().map(|name| ((*name).to_owned(), None));
        names.collect()
    };
    Instance {
        id: id.to_owned(),
        expires_at: 100,
        acknowledged,
        understands: understands
            .iter()
            .map(|(table, names)| ((*table).to_owned(), columns(names)))
            .collect(),
        ..Instance::default()
    }
}

fn adds(table: &str, column: &str) -> Vec<Change> {
    vec![Change {
        table: table.to_owned(),
        column: Some(column.to_owned()),
        replaces: Vec::new(),
        drops: BTreeMap::new(),
        alters: BTreeMap::new(),
        constrains: None,
        gone: None,
        becomes: None,
        uncovered: false,
    }]
}

fn names(holders: &[Holder]) -> Vec<&str> {
    holders
        .iter()
        .map(|holder| holder.instance.id.as_str())
        .collect()
}

#[test]
fn a_lease_is_relied_on_for_less_long_than_it_lasts() {
    // Sent at 1000, taken by the database at 1000 at the earliest.
    let until = relied_on_until(1000, 30_000);
    assert!(until < 1000 + 30_000);
    assert!(may_rely(until, until - 1) && !may_rely(until, until));
    assert!(is_live(31_000, 30_999) && !is_live(31_000, 31_000));
    assert!(is_continuous(until, until - 1) && !is_continuous(until, until));
}

#[test]
fn a_write_across_a_gap_is_not_accepted() {
    assert!(is_accepted(1, 1, 100, 99));
    assert!(!is_accepted(1, 1, 100, 100), "the lease ran out");
    assert!(!is_accepted(1, 2, 900, 99), "it ran out and was renewed");
    assert!(is_accepted_alone(0, GRACE - 1) && !is_accepted_alone(0, GRACE));
}

#[test]
fn an_answer_that_was_overtaken_changes_nothing_and_a_restored_database_does() {
    let known = Answer {
        epoch: 7,
        asked: 10,
        answered: 20,
    };
    let answer = |epoch, asked| Answer {
        epoch,
        asked,
        answered: 30,
    };
    assert!(supersedes(known, answer(8, 5)));
    assert!(supersedes(known, answer(7, 15)));
    assert!(!supersedes(known, answer(6, 15)), "asked side by side");
    assert!(supersedes(known, answer(6, 21)), "asked afterwards");
}

#[test]
fn a_view_is_acknowledged_when_no_access_of_another_is_under_way() {
    assert!(may_acknowledge(&[0, 5, 0], 1));
    assert!(!may_acknowledge(&[1, 0, 0], 1));
    assert!(may_acknowledge(&[], 0));
}

#[test]
fn live_leases_that_are_behind_are_waited_for() {
    let fleet = [
        instance("behind", 6, &[]),
        instance("there", 7, &[]),
        instance("ahead", 8, &[]),
    ];
    assert_eq!(names(&behind(&fleet, 7, 99)), ["behind"]);
    assert_eq!(names(&behind(&fleet, 7, 100)), [""; 0], "its lease is over");
    assert_eq!(epoch([3, 0, 4]), 7);
}

#[test]
fn contract_is_held_by_whoever_does_not_know_the_change() {
    let fleet = [
        instance("old", 0, &[("users", &["id"])]),
        instance("silent", 0, &[("orders", &["id", "nick"])]),
        instance("new", 0, &[("users", &["id", "nick"])]),
    ];
    let changes = adds("users", "nick");
    let holders = gate(Phase::Contract, true, &fleet, &changes, 0);
    assert_eq!(names(&holders), ["old", "silent"]);
    assert_eq!(
        holders[0].reason.to_string(),
        "does not know `nick` of `users`"
    );
    assert_eq!(
        names(&gate(Phase::Backfill, false, &fleet, &changes, 0)),
        ["old", "silent"]
    );
    assert!(gate(Phase::Backfill, true, &fleet, &changes, 0).is_empty());
    assert!(gate(Phase::Constrain, false, &fleet, &changes, 0).is_empty());
    assert!(gate(Phase::Contract, true, &fleet, &changes, 100).is_empty());
}

#[test]
fn a_build_is_too_old_once_contract_has_begun_and_too_new_before_reads_have_moved() {
    let rollout = |migration: &str, progress| Rollout {
        migration: migration.to_owned(),
        progress,
        changes: adds("users", "nick"),
    };
    let knows =
        |flight: Option<&str>| Columns::from([("nick".to_owned(), flight.map(str::to_owned))]);
    let (old, during, after) = (Columns::new(), knows(Some("m")), knows(None));
    let fits = |columns: &Columns, progress| fit("users", columns, &[rollout("m", progress)]);
    for progress in [
        Progress::Running(Phase::Expand),
        Progress::Done(Phase::Constrain),
        Progress::Reverting(Phase::DualWrite),
        Progress::Aborted,
    ] {
        assert_eq!(fits(&old, progress), Ok(()), "{progress}");
        assert_eq!(fits(&during, progress), Ok(()), "{progress}");
        let (column, migration) = ("nick".to_owned(), "m".to_owned());
        let too_new = Err(Misfit::TooNew { column, migration });
        assert_eq!(fits(&after, progress), too_new, "{progress}");
    }
    for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
        let (column, migration) = ("nick".to_owned(), "m".to_owned());
        let too_old = Err(Misfit::TooOld { column, migration });
        assert_eq!(fits(&old, progress), too_old, "{progress}");
        assert_eq!(fits(&during, progress), Ok(()), "{progress}");
        assert_eq!(fits(&after, progress), Ok(()), "{progress}");
    }
    assert_eq!(fits(&after, Progress::Done(Phase::SwitchReads)), Ok(()));
    let twice = [
        rollout("a", Progress::Done(Phase::SwitchReads)),
        rollout("b", Progress::Aborted),
    ];
    assert_eq!(fit("users", &after, &twice), Ok(()));
    assert_eq!(
        fit("orders", &after, &[rollout("m", Progress::Aborted)]),
        Ok(())
    );
}

#[test]
fn a_build_from_after_is_too_new_until_nobody_reads_what_was_replaced() {
    let mut changes = adds("users", "handle");
    changes[0].replaces = vec!["nick".to_owned()];
    let fits = |progress| {
        let rollout = Rollout {
            migration: "m".to_owned(),
            progress,
            changes: changes.clone(),
        };
        let columns = Columns::from([("handle".to_owned(), None)]);
        fit("users", &columns, &[rollout]).is_ok()
    };
    assert!(!fits(Progress::Done(Phase::Constrain)));
    assert!(!fits(Progress::Done(Phase::SwitchReads)));
    assert!(!fits(Progress::Running(Phase::Contract)));
    assert!(fits(Progress::Finished));
}

#[test]
fn who_replaces_a_column_is_not_too_old_for_its_having_come() {
    let finished = |migration: &str, changes| Rollout {
        migration: migration.to_owned(),
        progress: Progress::Finished,
        changes,
    };
    let mut renamed = adds("users", "handle");
    renamed[0].replaces = vec!["nick".to_owned()];
    let rollouts = [finished("1", adds("users", "nick")), finished("2", renamed)];
    let knows = |names: &[&str]| -> Columns {
        names
            .iter()
            .map(|name| ((*name).to_owned(), None))
            .collect()
    };
    assert_eq!(fit("users", &knows(&["id", "handle"]), &rollouts), Ok(()));
    let old = fit("users", &knows(&["id", "nick"]), &rollouts);
    assert!(matches!(old, Err(Misfit::TooOld { column, .. }) if column == "handle"));
}

fn drops(column: &str, migration: &str) -> Vec<Change> {
    vec![Change {
        column: None,
        drops: BTreeMap::from([(column.to_owned(), migration.to_owned())]),
        ..adds("users", column).remove(0)
    }]
}

#[test]
fn contract_waits_for_whoever_uses_a_column_that_goes() {
    let by = |id, by: Option<&str>| {
        let mut instance = instance(id, 0, &[("users", &["id"])]);
        let columns = instance.understands.get_mut("users").unwrap();
        columns.insert("nick".to_owned(), by.map(str::to_owned));
        instance
    };
    let fleet = [
        by("plainly", None),
        by("as one that comes", Some("1")),
        by("in one of two models", Some(PARTLY)),
        by("as one that goes", Some("2")),
        instance("not at all", 0, &[("users", &["id"])]),
        instance("silent", 0, &[]),
    ];
    let holders = gate(Phase::Contract, true, &fleet, &drops("nick", "2"), 0);
    assert_eq!(
        names(&holders),
        [
            "plainly",
            "as one that comes",
            "in one of two models",
            "silent"
        ]
    );
    assert_eq!(
        holders[0].reason.to_string(),
        "still uses `nick` of `users`"
    );
    // For a column that comes, one of two models is not enough.
    let holders = gate(Phase::Contract, true, &fleet, &adds("users", "nick"), 0);
    assert_eq!(
        names(&holders),
        ["in one of two models", "not at all", "silent"]
    );
}

#[test]
fn of_two_models_of_a_table_both_have_to_know_a_column() {
    let columns = |all: &[(&str, Option<&str>)]| -> Columns {
        let all = all.iter();
        all.map(|(name, by)| ((*name).to_owned(), by.map(str::to_owned)))
            .collect()
    };
    let one = columns(&[("id", None), ("nick", None), ("name", Some("1"))]);
    let other = columns(&[("id", None), ("name", None)]);
    let both = columns(&[("id", None), ("nick", Some(PARTLY)), ("name", None)]);
    assert_eq!(merged(&one, &other), both);
    for again in [&one, &other, &both] {
        assert_eq!(merged(&both, again), both);
    }
}

#[test]
fn a_build_that_uses_a_column_is_too_old_once_it_is_dropped() {
    let rollout = |migration: &str, progress, changes| Rollout {
        migration: migration.to_owned(),
        progress,
        changes,
    };
    let came = rollout("1", Progress::Finished, adds("users", "nick"));
    let goes = |progress| rollout("2", progress, drops("nick", "2"));
    let again = rollout("3", Progress::Finished, adds("users", "nick"));
    let knows = |by: Option<&str>| Columns::from([("nick".to_owned(), by.map(str::to_owned))]);
    let fits = |columns: &Columns, rollouts: &[Rollout]| fit("users", columns, rollouts).is_ok();
    let before = [came.clone(), goes(Progress::Done(Phase::SwitchReads))];
    assert!(fits(&knows(None), &before));
    // A build that has it no more is too new here, but for the one that drops it.
    assert!(!fits(&Columns::new(), &before) && fits(&knows(Some("2")), &before));
    for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
        let gone = [came.clone(), goes(progress)];
        let misfit = fit("users", &knows(None), &gone);
        assert!(matches!(misfit, Err(Misfit::Gone { .. })), "{misfit:?}");
        assert!(!fits(&knows(Some("1")), &gone));
        assert!(fits(&knows(Some("2")), &gone), "it drops it");
        assert!(fits(&Columns::new(), &gone), "it knows it no more");
        let back = [came.clone(), goes(progress), again.clone()];
        assert!(fits(&knows(None), &back), "it came again");
        assert!(!fits(&Columns::new(), &back), "and has to be known again");
    }
}

#[test]
fn a_build_knows_that_a_table_is_renamed_or_waits_until_it_is() {
    let rename = Change {
        column: None,
        gone: Some("2".to_owned()),
        becomes: Some("people".to_owned()),
        ..adds("users", "id").remove(0)
    };
    let rollouts = |progress| {
        [Rollout {
            migration: "2".to_owned(),
            progress,
            changes: vec![rename.clone()],
        }]
    };
    let id = ("id".to_owned(), None);
    let settled = Columns::from([id.clone()]);
    let knows = |by: &str| Columns::from([id.clone(), (TABLE.to_owned(), Some(by.to_owned()))]);
    let migration = || "2".to_owned();
    for progress in [Progress::Pending, Progress::Done(Phase::SwitchReads)] {
        let rollouts = rollouts(progress);
        assert_eq!(fit("users", &settled, &rollouts), Ok(()));
        assert_eq!(fit("people", &knows("2"), &rollouts), Ok(()));
        for early in [&settled, &knows("1")] {
            let misfit = Misfit::TableTooNew {
                migration: migration(),
            };
            assert_eq!(fit("people", early, &rollouts), Err(misfit));
        }
    }
    for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
        let rollouts = rollouts(progress);
        let misfit = Misfit::TableGone {
            migration: migration(),
        };
        assert_eq!(fit("users", &settled, &rollouts), Err(misfit));
        assert_eq!(fit("people", &settled, &rollouts), Ok(()));
        assert_eq!(fit("people", &knows("2"), &rollouts), Ok(()));
    }
    let fleet = [
        instance("old", 0, &[("users", &["id"])]),
        instance("new", 0, &[("people", &["id"])]),
    ];
    let holders = gate(
        Phase::Contract,
        true,
        &fleet,
        std::slice::from_ref(&rename),
        0,
    );
    assert_eq!(names(&holders), ["old"]);
}

#[test]
fn contract_waits_for_whoever_uses_a_table_that_goes() {
    let goes = |migration: &str| Change {
        column: None,
        gone: Some(migration.to_owned()),
        ..adds("users", "id").remove(0)
    };
    let fleet = [
        instance("old", 0, &[("users", &["id"])]),
        instance("new", 0, &[("orders", &["id"])]),
    ];
    let holders = gate(Phase::Contract, true, &fleet, &[goes("2")], 0);
    assert_eq!(names(&holders), ["old"]);
    assert_eq!(holders[0].reason.to_string(), "still uses `users`");
    assert!(gate(Phase::Backfill, true, &fleet, &[goes("2")], 0).is_empty());

    let rollout = |migration: &str, progress, change| Rollout {
        migration: migration.to_owned(),
        progress,
        changes: vec![change],
    };
    let creates = Change {
        gone: None,
        ..goes("")
    };
    let columns = Columns::from([("id".to_owned(), None)]);
    let fits = |rollouts: &[Rollout]| fit("users", &columns, rollouts);
    let came = rollout("1", Progress::Finished, creates.clone());
    let before = rollout("2", Progress::Done(Phase::SwitchReads), goes("2"));
    assert_eq!(fits(&[came.clone(), before]), Ok(()));
    for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
        let gone = rollout("2", progress, goes("2"));
        let migration = "2".to_owned();
        assert_eq!(
            fits(&[came.clone(), gone.clone()]),
            Err(Misfit::TableGone { migration })
        );
        assert_eq!(
            fit("orders", &columns, &[came.clone(), gone.clone()]),
            Ok(())
        );
        let again = rollout("3", Progress::Finished, creates.clone());
        assert_eq!(fits(&[came.clone(), gone, again]), Ok(()), "it came again");
    }
}

fn alters(migration: &str) -> Vec<Change> {
    vec![Change {
        column: None,
        alters: BTreeMap::from([("nick".to_owned(), migration.to_owned())]),
        ..adds("users", "nick").remove(0)
    }]
}

#[test]
fn a_build_of_before_an_alteration_holds_contract_and_does_not_fit_afterwards() {
    let by = |by: Option<&str>| Columns::from([("nick".to_owned(), by.map(str::to_owned))]);
    let held = |columns: Columns| {
        let mut instance = instance("one", 0, &[]);
        instance.understands.insert("users".to_owned(), columns);
        !gate(Phase::Contract, true, &[instance], &alters("2_null"), 0).is_empty()
    };
    let fits = |columns: &Columns, progress| {
        let rollout = Rollout {
            migration: "2_null".to_owned(),
            progress,
            changes: alters("2_null"),
        };
        fit("users", columns, &[rollout])
    };
    for (columns, outdated) in [
        (by(None), true),
        (by(Some("1_before")), true),
        (by(Some(PARTLY)), true),
        (by(Some("2_null")), false),
        (by(Some("3_after")), false),
        (Columns::new(), false),
    ] {
        assert_eq!(held(columns.clone()), outdated, "{columns:?}");
        assert_eq!(fits(&columns, Progress::Done(Phase::SwitchReads)), Ok(()));
        for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
            let misfit = fits(&columns, progress).is_err();
            assert_eq!(misfit, outdated, "{columns:?}");
        }
    }
}

#[test]
fn a_build_of_before_a_constraint_holds_contract_and_does_not_fit_afterwards() {
    let constrains = |table: &str| Change {
        column: None,
        constrains: Some("2_check".to_owned()),
        ..adds(table, "").remove(0)
    };
    let by = |by: Option<&str>| Columns::from([(CONSTRAINED.to_owned(), by.map(str::to_owned))]);
    let fits = |table: &str, columns: &Columns, progress| {
        let rollout = Rollout {
            migration: "2_check".to_owned(),
            progress,
            changes: vec![constrains("users"), constrains("orders")],
        };
        fit(table, columns, &[rollout])
    };
    for (columns, unaware) in [
        (Columns::new(), true),
        (by(None), true),
        (by(Some("1_before")), true),
        (by(Some(PARTLY)), true),
        (by(Some("2_check")), false),
        (by(Some("3_after")), false),
    ] {
        let mut instance = instance("one", 0, &[]);
        instance
            .understands
            .insert("users".to_owned(), columns.clone());
        let instances = [instance];
        let held = |phase, changes: &[Change]| gate(phase, true, &instances, changes, 0);
        let only = [constrains("users")];
        assert_eq!(held(Phase::Backfill, &only), []);
        assert_eq!(!held(Phase::Contract, &only).is_empty(), unaware);
        // Of both tables that a foreign key is about it has to tell.
        let both = [constrains("users"), constrains("orders")];
        assert!(!held(Phase::Contract, &both).is_empty(), "{columns:?}");
        for table in ["users", "orders"] {
            assert_eq!(
                fits(table, &columns, Progress::Done(Phase::SwitchReads)),
                Ok(())
            );
            for progress in [Progress::Running(Phase::Contract), Progress::Finished] {
                let misfit = fits(table, &columns, progress).is_err();
                assert_eq!(misfit, unaware, "{table}: {columns:?}");
            }
        }
        assert_eq!(fits("others", &columns, Progress::Finished), Ok(()));
    }
}

#[test]
fn a_build_that_takes_an_alteration_for_done_waits_for_contract() {
    let altered = Columns::from([("nick".to_owned(), Some("2_null".to_owned()))]);
    for (progress, fits) in [
        (Progress::Pending, false),
        (Progress::Done(Phase::SwitchReads), false),
        (Progress::Running(Phase::Contract), false),
        (Progress::Finished, true),
    ] {
        let rollout = Rollout {
            migration: "2_null".to_owned(),
            progress,
            changes: alters("2_null"),
        };
        let fit = fit_altered("users", &altered, &[rollout]);
        assert_eq!(fit.is_ok(), fits, "{progress}");
    }
}

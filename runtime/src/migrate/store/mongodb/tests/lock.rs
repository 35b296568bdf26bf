//! The run lock, and what it keeps a run from writing.

use super::*;

#[tokio::test]
async fn of_sixteen_at_once_one_has_the_lock() {
    let by_itself = failing();
    for base in [Base::shared("lock"), Base::on(&by_itself, "lock")] {
        let (mut driver, store) = base.open("somebody").await;
        for round in 0..3 {
            let mut tasks = JoinSet::new();
            for number in 0..16 {
                let connector = base.connector.clone();
                tasks.spawn(async move {
                    let mut driver = connector.open().await.unwrap();
                    let store = store::of(&mut *driver, format!("run {number}")).unwrap();
                    let owner = format!("owner {number}");
                    let taken = store.take_lock(&mut *driver, &owner, LEASE).await.unwrap();
                    (owner, taken)
                });
            }
            let taken = tasks.join_all().await;
            let (ours, theirs): (Vec<_>, Vec<_>) = taken
                .into_iter()
                .partition(|(_, taken)| matches!(taken, Taken::Ours));
            let [(owner, _)] = &*ours else {
                panic!("round {round}: {ours:?}");
            };
            let winner = owner.replace("owner", "run");
            for (_, taken) in theirs {
                let Taken::Theirs(holder) = taken else {
                    panic!("{taken:?}");
                };
                assert_eq!(holder.by, winner);
                assert!(holder.expires_in_ms > 15_000, "{holder:?}");
            }
            // Again by its owner, which may have lost the answer.
            assert!(take(&mut *driver, &*store, owner, LEASE).await);
            assert!(!take(&mut *driver, &*store, "$other", LEASE).await);
            store.release_lock(&mut *driver, "$other").await.unwrap();
            let holder = store.lock_holder(&mut *driver).await.unwrap();
            assert_eq!(holder.unwrap().by, "somebody");
            store.release_lock(&mut *driver, owner).await.unwrap();
            assert_eq!(store.lock_holder(&mut *driver).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_run_that_was_fenced_off_writes_nothing() {
    let by_itself = failing();
    for base in [Base::shared("fence"), Base::on(&by_itself, "fence")] {
        let (mut old, of_old) = base.open("old").await;
        let (mut new, of_new) = base.open("new").await;
        publish(&mut *old, &*of_old, 0, Progress::Running(Phase::Expand)).await;
        assert!(take(&mut *old, &*of_old, "old", SHORT).await);
        assert!(!take(&mut *new, &*of_new, "new", LEASE).await);

        // All of it is gathered, and the lock seen to be ours, before the other takes over.
        old.begin(&waits()).await.unwrap();
        let to = Progress::Done(Phase::Expand);
        of_old.publish(&mut *old, &published(1), to).await.unwrap();
        assert!(of_old.hold_lock(&mut *old, "old", LEASE).await.unwrap());
        sleep(SHORT * 2).await;
        assert!(take(&mut *new, &*of_new, "new", LEASE).await);
        let before = base.state();
        let refused = old.commit().await.unwrap_err();
        assert!(matches!(refused, Failure::Again(_)), "{refused:?}");
        assert_eq!(base.state(), before);

        old.begin(&waits()).await.unwrap();
        assert!(!of_old.hold_lock(&mut *old, "old", LEASE).await.unwrap());
        old.rollback().await;
        assert!(!of_old.renew_lock(&mut *old, "old", LEASE).await.unwrap());
        of_old.release_lock(&mut *old, "old").await.unwrap();
        let holder = of_old.lock_holder(&mut *old).await.unwrap();
        assert_eq!(holder.unwrap().by, "new");
    }
}

#[tokio::test]
async fn a_lease_that_has_run_out_and_was_not_taken_is_still_ours() {
    let base = Base::shared("late");
    let (mut driver, store) = base.open("me").await;
    assert!(take(&mut *driver, &*store, "me", SHORT).await);
    driver.begin(&waits()).await.unwrap();
    let to = Progress::Running(Phase::Expand);
    store
        .publish(&mut *driver, &published(0), to)
        .await
        .unwrap();
    assert!(store.hold_lock(&mut *driver, "me", SHORT).await.unwrap());
    sleep(SHORT * 2).await;
    assert_eq!(store.lock_holder(&mut *driver).await.unwrap(), None);
    driver.commit().await.unwrap();
    assert!(store.renew_lock(&mut *driver, "me", LEASE).await.unwrap());
    assert!(store.record(&mut *driver, ID).await.unwrap().is_some());
}

//! What is published, the instances that it is for, and the audit of it.

use super::*;

#[tokio::test]
async fn many_prepare_at_once_and_another_version_is_refused() {
    let base = Base::shared("prepare");
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let connector = base.connector.clone();
        tasks.spawn(async move {
            let mut driver = connector.open().await.unwrap();
            let store = store::of(&mut *driver, "me".to_owned()).unwrap();
            assert!(store.remembered(&mut *driver).await.is_ok());
            let pause = Duration::from_millis(20);
            store.prepare(&mut *driver, pause).await.unwrap()
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|young| young));
    assert_eq!(base.all("colmig_state").len(), 1);

    let (mut driver, store) = base.open("me").await;
    assert_eq!(store.remembered(&mut *driver).await.unwrap(), [""; 0]);
    publish(&mut *driver, &*store, 0, Progress::Running(Phase::Expand)).await;
    assert_eq!(store.remembered(&mut *driver).await.unwrap(), [ID]);

    let set = doc! { "$set": { "version": 2, "migrations": "of another kind" } };
    base.command(doc! { "update": "colmig_state", "updates": [{ "q": {}, "u": set }] });
    let refused = store.prepare(&mut *driver, LEASE).await.unwrap_err();
    let Error::Layout { found: 2, known: 1 } = refused else {
        panic!("{refused:?}");
    };
}

#[tokio::test]
async fn whoever_joins_between_the_look_and_the_commit_makes_it_fail() {
    let base = Base::shared("join");
    let (mut driver, store) = base.open("me").await;
    publish(&mut *driver, &*store, 0, Progress::Done(Phase::DualWrite)).await;

    let to = Progress::Running(Phase::Backfill);
    driver.begin(&waits()).await.unwrap();
    store.hold_fleet(&mut *driver).await.unwrap();
    assert!(store.instances(&mut *driver).await.unwrap().is_empty());
    base.join("late", 5_000);
    store
        .publish(&mut *driver, &published(1), to)
        .await
        .unwrap();
    let refused = driver.commit().await.unwrap_err();
    assert!(matches!(refused, Failure::Again(_)), "{refused:?}");
    let record = store.record(&mut *driver, ID).await.unwrap().unwrap();
    assert_eq!(record.progress, Progress::Done(Phase::DualWrite));

    // The next look sees it, and what is published then is written.
    driver.begin(&waits()).await.unwrap();
    store.hold_fleet(&mut *driver).await.unwrap();
    let instances = store.instances(&mut *driver).await.unwrap();
    let ids: Vec<&str> = instances.iter().map(|found| &*found.id).collect();
    assert_eq!(ids, ["late"]);
    assert!(matches!(instances[0].expires_at, 1..=5_000));
    store
        .publish(&mut *driver, &published(1), to)
        .await
        .unwrap();
    driver.commit().await.unwrap();
    assert_eq!(store.epoch(&mut *driver).await.unwrap(), 2);

    base.join("dead", -2 * 60 * 60 * 1000);
    store.forget_dead(&mut *driver).await.unwrap();
    assert_eq!(base.all("colmig_instance").len(), 1);
}

#[tokio::test]
async fn a_publish_whose_answer_was_lost_is_found_done() {
    let server = failing();
    let base = Base::on(&server, "lost");
    let (mut driver, store) = base.open("me").await;
    let unconfirmed = doc! { "code": 64, "errmsg": "waiting for replication timed out" };
    let data = doc! { "failCommands": ["update"], "writeConcernError": unconfirmed };
    fail(&server, doc! { "times": 1 }, data);

    let to = Progress::Running(Phase::Expand);
    driver.begin(&waits()).await.unwrap();
    store
        .publish(&mut *driver, &published(0), to)
        .await
        .unwrap();
    let lost = driver.commit().await.unwrap_err();
    assert!(matches!(lost, Failure::Again(_)), "{lost:?}");
    publish(&mut *driver, &*store, 0, to).await;
    let record = store.record(&mut *driver, ID).await.unwrap().unwrap();
    assert_eq!((record.progress, record.generation), (to, 1));
    let audited = store.audited(&mut *driver, 10).await.unwrap();
    assert_eq!(audited.len(), 1, "{audited:?}");

    // One that is another's is not taken for it.
    driver.begin(&waits()).await.unwrap();
    let to = Progress::Done(Phase::Expand);
    let trouble = store.publish(&mut *driver, &published(0), to).await;
    let Err(Trouble::Damaged(what)) = trouble else {
        panic!("{trouble:?}");
    };
    assert!(what.contains("somebody without the lock"), "{what}");
}

#[tokio::test]
async fn the_audit_has_no_hole_wherever_a_run_dies() {
    let server = failing();
    let base = Base::on(&server, "audit");
    let (mut driver, store) = base.open("me").await;
    let seqs = async |driver: &mut dyn Driver, limit| {
        let audited = store.audited(driver, limit).await.unwrap();
        audited.iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    let broken = |command: &str| doc! { "failCommands": [command], "errorCode": 8000 };

    publish(&mut *driver, &*store, 0, Progress::Running(Phase::Expand)).await;
    assert_eq!(base.all("colmig_audit").len(), 1);
    // Between the write and the copy.
    fail(&server, "alwaysOn", broken("insert"));
    publish(&mut *driver, &*store, 1, Progress::Done(Phase::Expand)).await;
    fail(&server, "off", doc! {});
    assert_eq!(base.all("colmig_audit").len(), 1);
    assert_eq!(seqs(&mut *driver, 10).await, [2, 1]);
    assert_eq!(seqs(&mut *driver, 1).await, [2]);

    // Between the copy and what follows it.
    fail(&server, doc! { "skip": 1 }, broken("update"));
    publish(&mut *driver, &*store, 2, Progress::Running(Phase::Backfill)).await;
    fail(&server, "off", doc! {});
    assert_eq!(base.all("colmig_audit").len(), 3);
    assert_eq!(base.state().get_array("audit").unwrap().len(), 2);
    assert_eq!(seqs(&mut *driver, 10).await, [3, 2, 1]);

    driver.begin(&waits()).await.unwrap();
    let noted = store
        .audit(
            &mut *driver,
            "step",
            ID,
            Some("backfill"),
            Some("fill"),
            None,
        )
        .await;
    end(&mut *driver, noted).await.unwrap();
    assert_eq!(base.state().get_array("audit").unwrap().len(), 0);
    assert_eq!(base.all("colmig_audit").len(), 4);
    assert_eq!(seqs(&mut *driver, 10).await, [4, 3, 2, 1]);
    let begun = store.begun_by(&mut *driver, ID).await.unwrap();
    assert_eq!(begun.as_deref(), Some("me"));
    assert_eq!(store.begun_by(&mut *driver, "0002_b").await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_may_have_been_replaced_does_not_say_who_is_live() {
    let builder = ReplicaSet::builder().storage(Storage::Memory);
    // For so long a primary takes itself for one with nobody to confirm it.
    let builder = builder.election_timeout(Duration::from_secs(7));
    let mut set = builder.start().unwrap();
    let base = Base::on(set.endpoint(), "replaced");
    let (mut driver, store) = base.open("me").await;
    base.join("one", 60_000);
    let instances = store.instances(&mut *driver).await.unwrap();
    assert_eq!(instances.len(), 1);
    let primary = set.primary().unwrap();
    for number in (0..3).filter(|number| *number != primary) {
        set.kill9(number).unwrap();
    }
    // What is no reason to go on is read all the same.
    assert_eq!(store.epoch(&mut *driver).await.unwrap(), 0);
    let trouble = store.instances(&mut *driver).await.unwrap_err();
    assert!(
        matches!(trouble, Trouble::Database(Failure::LockTimeout(_))),
        "{trouble:?}"
    );
    // It goes with the set, which cannot drop it any more.
    std::mem::forget(base);
}

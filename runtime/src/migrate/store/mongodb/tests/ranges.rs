//! The ranges of a backfill.

use super::*;

#[tokio::test]
async fn each_range_is_claimed_once() {
    let base = Base::shared("claim");
    let (mut driver, store) = base.open("me").await;
    let place = dividing(&mut *driver, &*store, 30).await;
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let (connector, place) = (base.connector.clone(), place.clone());
        tasks.spawn(async move {
            let mut driver = connector.open().await.unwrap();
            let store = store::of(&mut *driver, "me".to_owned()).unwrap();
            let owner = format!("host/{number} token");
            let mut claimed = Vec::new();
            while let Some(range) = store
                .claim(&mut *driver, &place, "d", &owner, LEASE)
                .await
                .unwrap()
            {
                let at = (range.ordinal > 0).then(|| key(range.ordinal));
                assert_eq!(range.next, at);
                let headway = Headway {
                    next: Some(key(100)),
                    covered: 10,
                    changed: 2,
                    done: true,
                };
                let ours = store
                    .advance_range(&mut *driver, &place, &range, &owner, LEASE, &headway)
                    .await;
                assert!(ours.unwrap());
                claimed.push(range.ordinal);
            }
            claimed
        });
    }
    let claimed: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 30);
    let each: BTreeSet<i64> = claimed.into_iter().collect();
    assert_eq!(each, (0..30).collect());
    let sums = Sums {
        ranges: 30,
        left: 0,
        covered: 300,
        changed: 60,
    };
    assert_eq!(store.ranges(&mut *driver, &place).await.unwrap(), sums);
    let step = store.step(&mut *driver, &place).await.unwrap().unwrap();
    assert_eq!(step.rows, 60);

    // Another pass over the same ranges, with nothing done in it.
    driver.begin(&waits()).await.unwrap();
    let begun = store.begin_pass(&mut *driver, &place).await;
    end(&mut *driver, begun).await.unwrap();
    let sums = Sums {
        ranges: 30,
        left: 30,
        ..Sums::default()
    };
    assert_eq!(store.ranges(&mut *driver, &place).await.unwrap(), sums);
    assert_eq!(base.all("colmig_range").len(), 30);
    let with_others = store
        .claim(&mut *driver, &place, "other", "me me", LEASE)
        .await;
    assert!(with_others.unwrap().is_none());
    let range = store.claim(&mut *driver, &place, "d", "me me", LEASE).await;
    let range = range.unwrap().unwrap();
    assert_eq!(
        (range.ordinal, range.next, range.upper),
        (0, None, Some(key(1)))
    );
    let working = store.working(&mut *driver, &place).await.unwrap();
    assert_eq!(
        working.into_iter().collect::<Vec<_>>(),
        [("me".to_owned(), 1)]
    );
}

#[tokio::test]
async fn a_range_goes_with_its_lease() {
    let base = Base::shared("lease");
    let (mut driver, store) = base.open("me").await;
    let (mut other, _) = base.open("other").await;
    let place = dividing(&mut *driver, &*store, 1).await;
    let headway = |next, covered| Headway {
        next: Some(key(next)),
        covered,
        changed: 0,
        done: false,
    };
    let claim = async |driver: &mut dyn Driver, owner: &str, lease| {
        store
            .claim(driver, &place, "d", owner, lease)
            .await
            .unwrap()
    };
    let range = claim(&mut *driver, "a a", LEASE).await.unwrap();
    let until = |driver: &mut Box<dyn Driver>| driver.documents().unwrap().until;
    let first = until(&mut driver).unwrap();
    assert!(claim(&mut *other, "b b", LEASE).await.is_none());
    assert_eq!(until(&mut other), None);
    sleep(Duration::from_millis(5)).await;
    let advance = async |driver: &mut dyn Driver, owner: &str, lease, headway: &Headway| {
        let advanced = store.advance_range(driver, &place, &range, owner, lease, headway);
        advanced.await.unwrap()
    };
    assert!(advance(&mut *driver, "a a", SHORT, &headway(5, 5)).await);
    assert!(until(&mut driver).unwrap() < first);

    // Late: it may have written nothing, and it says so.
    sleep(SHORT * 2).await;
    assert!(!advance(&mut *driver, "a a", LEASE, &headway(9, 4)).await);
    assert_eq!(until(&mut driver), None);
    let found = claim(&mut *other, "b b", LEASE).await.unwrap();
    assert_eq!(found.next, Some(key(5)));
    assert!(!advance(&mut *driver, "a a", LEASE, &headway(9, 4)).await);
    let sums = store.ranges(&mut *driver, &place).await.unwrap();
    assert_eq!(sums.covered, 5);

    // Its own it gets again, if it does not know what became of its last write.
    assert!(claim(&mut *driver, "a a", LEASE).await.is_none());
    assert_eq!(claim(&mut *other, "b b", LEASE).await.unwrap().ordinal, 0);
    // And one that was given back, anybody.
    store.give_back(&mut *other, "b b").await.unwrap();
    assert!(claim(&mut *driver, "a a", LEASE).await.is_some());
}

#[tokio::test]
async fn a_worker_that_does_not_know_until_when_a_range_is_its_own_claims_it_anew() {
    let server = failing();
    let base = Base::on(&server, "doubt");
    let (mut driver, store) = base.open("me").await;
    let place = dividing(&mut *driver, &*store, 2).await;
    let claimed = store.claim(&mut *driver, &place, "d", "a a", LEASE).await;
    let range = claimed.unwrap().unwrap();
    let unconfirmed = doc! { "code": 64, "errmsg": "waiting for replication timed out" };
    let data = doc! { "failCommands": ["findAndModify"], "writeConcernError": unconfirmed };
    fail(&server, doc! { "times": 1 }, data);
    let headway = Headway {
        next: Some(key(0)),
        covered: 3,
        ..Headway::default()
    };
    let lost = store
        .advance_range(&mut *driver, &place, &range, "a a", LEASE, &headway)
        .await;
    assert!(
        matches!(lost, Err(Trouble::Database(Failure::Again(_)))),
        "{lost:?}"
    );
    assert_eq!(driver.documents().unwrap().until, None);
    let advanced = store
        .advance_range(&mut *driver, &place, &range, "a a", LEASE, &headway)
        .await;
    assert!(!advanced.unwrap());
    let claimed = store.claim(&mut *driver, &place, "d", "a a", LEASE).await;
    let range = claimed.unwrap().unwrap();
    assert_eq!((range.ordinal, range.next), (0, Some(key(0))));
    assert!(driver.documents().unwrap().until.is_some());
}

#[tokio::test]
async fn whoever_drops_ranges_waits_for_the_workers() {
    let base = Base::shared("drop");
    let (mut driver, store) = base.open("me").await;
    let place = dividing(&mut *driver, &*store, 3).await;
    let (mut worker, _) = base.open("worker").await;
    let claimed = store.claim(&mut *worker, &place, "d", "w w", LEASE).await;
    let range = claimed.unwrap().unwrap();

    let dropping = {
        let (store, place) = (Arc::clone(&store), place.clone());
        tokio::spawn(async move {
            driver.begin(&waits()).await.unwrap();
            let dropped = store.drop_ranges(&mut *driver, &place).await;
            end(&mut *driver, dropped).await.unwrap();
            driver
        })
    };
    sleep(Duration::from_millis(300)).await;
    assert!(!dropping.is_finished());
    // The others are nobody's any more, and this one cannot be kept.
    let (mut third, _) = base.open("third").await;
    let none = store.claim(&mut *third, &place, "d", "x x", LEASE).await;
    assert!(none.unwrap().is_none());
    let headway = Headway::default();
    let advanced = store
        .advance_range(&mut *worker, &place, &range, "w w", LEASE, &headway)
        .await;
    assert!(!advanced.unwrap());
    let none = store.claim(&mut *worker, &place, "d", "w w", LEASE).await;
    assert!(none.unwrap().is_none());
    let mut driver = dropping.await.unwrap();
    let sums = store.ranges(&mut *driver, &place).await.unwrap();
    assert_eq!(sums, Sums::default());
    assert_eq!(base.all("colmig_range"), Vec::<Document>::new());
}

#[tokio::test]
async fn a_division_of_a_run_that_was_fenced_off_is_nobodys() {
    let base = Base::shared("stray");
    let (mut old, store) = base.open("old").await;
    let (mut new, _) = base.open("new").await;
    publish(&mut *old, &*store, 0, Progress::Running(Phase::Backfill)).await;
    assert!(take(&mut *old, &*store, "old", SHORT).await);
    let place = place("fill");
    old.begin(&waits()).await.unwrap();
    let bounds = [key(1), key(2)];
    store.divide(&mut *old, &place, &bounds).await.unwrap();
    assert!(store.hold_lock(&mut *old, "old", LEASE).await.unwrap());
    assert_eq!(base.all("colmig_range").len(), 3);
    sleep(SHORT * 2).await;
    assert!(take(&mut *new, &*store, "new", LEASE).await);
    assert!(old.commit().await.is_err());
    let sums = store.ranges(&mut *new, &place).await.unwrap();
    assert_eq!(sums, Sums::default());
    let none = store.claim(&mut *new, &place, "d", "w w", LEASE).await;
    assert!(none.unwrap().is_none());

    new.begin(&waits()).await.unwrap();
    let divided = store.divide(&mut *new, &place, &[key(7)]).await;
    end(&mut *new, divided).await.unwrap();
    let sums = store.ranges(&mut *new, &place).await.unwrap();
    assert_eq!((sums.ranges, sums.left), (2, 2));
    // Those are swept up once they have been nobody's for long.
    let old = doc! { "$set": { "at": { "$subtract": ["$$NOW", 2 * 60 * 60 * 1000_i64] } } };
    base.command(doc! {
        "update": "colmig_range",
        "updates": [{ "q": {}, "u": [old], "multi": true }],
    });
    new.begin(&waits()).await.unwrap();
    let begun = store.begin_pass(&mut *new, &place).await;
    end(&mut *new, begun).await.unwrap();
    assert_eq!(base.all("colmig_range").len(), 2);
}

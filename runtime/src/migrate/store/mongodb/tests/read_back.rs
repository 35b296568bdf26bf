//! What is written reads back.

use super::*;

#[tokio::test]
async fn what_an_abort_leaves_is_the_progress_alone() {
    let base = Base::shared("abort");
    let (mut driver, store) = base.open("me").await;
    let place = dividing(&mut *driver, &*store, 3).await;
    let held = [Hold {
        brake: "replica-lag".to_owned(),
        reading: "$2 s".to_owned(),
        threshold: "1 s".to_owned(),
        held_ms: 3,
    }];
    store
        .write_holds(&mut *driver, &place, "one", &held, LEASE)
        .await
        .unwrap();
    driver.begin(&waits()).await.unwrap();
    store
        .tune(&mut *driver, ID, "run.duty", "0.5")
        .await
        .unwrap();
    store
        .tune(&mut *driver, ID, "pause", "$true")
        .await
        .unwrap();
    driver.commit().await.unwrap();
    let tuned = store.tuned(&mut *driver, ID).await.unwrap();
    let tuned: Vec<String> = tuned.iter().map(ToString::to_string).collect();
    assert_eq!(tuned, ["pause = $true", "run.duty = 0.5"]);
    driver.begin(&waits()).await.unwrap();
    let moved = store
        .move_switch(&mut *driver, ID, Reads::Target, 5, true)
        .await;
    end(&mut *driver, moved).await.unwrap();
    assert_eq!(store.epoch(&mut *driver).await.unwrap(), 2);

    let reverting = Progress::Reverting(Phase::Backfill);
    publish(&mut *driver, &*store, 1, reverting).await;
    assert!(store.tuned(&mut *driver, ID).await.unwrap().is_empty());
    let switch = store.switch(&mut *driver, ID).await.unwrap().unwrap();
    assert_eq!(switch.reads, Reads::Legacy);
    assert_eq!(store.epoch(&mut *driver).await.unwrap(), 4);
    publish(&mut *driver, &*store, 2, Progress::Aborted).await;
    assert!(store.steps(&mut *driver, ID).await.unwrap().is_empty());
    assert!(
        store
            .holds(&mut *driver, &place, None)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(base.all("colmig_range"), Vec::<Document>::new());
    assert_eq!(base.all("colmig_brake"), Vec::<Document>::new());
    let record = store.record(&mut *driver, ID).await.unwrap().unwrap();
    assert_eq!((record.progress, record.generation), (Progress::Aborted, 3));
    assert_eq!(store.remembered(&mut *driver).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn steps_brakes_and_baselines_read_back() {
    let base = Base::shared("steps");
    let (mut driver, store) = base.open("me").await;
    publish(&mut *driver, &*store, 0, Progress::Running(Phase::Backfill)).await;
    let (place, other) = (place("fill"), place("fill.more"));
    for (at, cursor, state) in [
        (&place, Some("forth 1"), store::StepState::Intent),
        (&place, None, store::StepState::Done),
        (&other, Some("{}"), store::StepState::Intent),
    ] {
        driver.begin(&waits()).await.unwrap();
        let marked = store.mark(&mut *driver, at, state, cursor, 3).await;
        end(&mut *driver, marked).await.unwrap();
    }
    let steps = store.steps(&mut *driver, ID).await.unwrap();
    let steps: Vec<_> = steps
        .iter()
        .map(|step| {
            (
                &*step.step,
                step.state,
                step.cursor.as_deref(),
                step.rows,
                step.attempts,
            )
        })
        .collect();
    let (done, intent) = (store::StepState::Done, store::StepState::Intent);
    let expected = [
        ("fill", done, None, 3, 2),
        ("fill.more", intent, Some("{}"), 3, 1),
    ];
    assert_eq!(steps, expected);
    // Without a transaction around it.
    store.unmark(&mut *driver, &other).await.unwrap();
    assert!(store.step(&mut *driver, &other).await.unwrap().is_none());
    assert!(store.step(&mut *driver, &place).await.unwrap().is_some());

    let hold = |brake: &str, held_ms| Hold {
        brake: brake.to_owned(),
        reading: "9".to_owned(),
        threshold: "8".to_owned(),
        held_ms,
    };
    let write = async |driver: &mut dyn Driver, owner: &str, holds: &[Hold], heeded| {
        let written = store.write_holds(driver, &place, owner, holds, heeded);
        written.await.unwrap();
    };
    write(&mut *driver, "a", &[hold("x", 5), hold("y", 1)], LEASE).await;
    write(&mut *driver, "b", &[hold("x", 7)], LEASE).await;
    write(&mut *driver, "c", &[hold("z", 7)], Duration::ZERO).await;
    let brakes = async |driver: &mut dyn Driver, owner| {
        let holds = store.holds(driver, &place, owner).await.unwrap();
        let holds = holds.into_iter().map(|hold| (hold.brake, hold.held_ms));
        holds.collect::<Vec<_>>()
    };
    let (x, y) = ("x".to_owned(), "y".to_owned());
    assert_eq!(
        brakes(&mut *driver, None).await,
        [(x.clone(), 7), (y.clone(), 1)]
    );
    assert_eq!(
        brakes(&mut *driver, Some("b")).await,
        [(x.clone(), 5), (y.clone(), 1)]
    );
    write(&mut *driver, "a", &[hold("y", 2)], LEASE).await;
    assert_eq!(brakes(&mut *driver, None).await, [(x, 7), (y, 2)]);

    let mut baseline = store.baseline(&mut *driver, &place).await.unwrap();
    let noted = |mut baseline: Baseline, now: &str| {
        let value = baseline.get("size", || now.to_owned()).to_owned();
        (baseline, value)
    };
    (baseline, _) = noted(baseline, "1");
    driver.begin(&waits()).await.unwrap();
    let written = store.note_baseline(&mut *driver, &place, &baseline).await;
    end(&mut *driver, written).await.unwrap();
    let baseline = store.baseline(&mut *driver, &place).await.unwrap();
    assert_eq!(noted(baseline, "2").1, "1");
    let of_other = store.baseline(&mut *driver, &other).await.unwrap();
    assert_eq!(noted(of_other, "2").1, "2");
    driver.begin(&waits()).await.unwrap();
    let dropped = store.drop_brakes(&mut *driver, &place).await;
    end(&mut *driver, dropped).await.unwrap();
    assert!(brakes(&mut *driver, None).await.is_empty());
    let baseline = store.baseline(&mut *driver, &place).await.unwrap();
    assert_eq!(noted(baseline, "3").1, "3");
}

#[tokio::test]
async fn mismatches_count_since_the_switch_was_moved() {
    let base = Base::shared("switch");
    let (mut driver, store) = base.open("me").await;
    publish(&mut *driver, &*store, 0, Progress::Done(Phase::Constrain)).await;
    assert!(store.switch(&mut *driver, ID).await.unwrap().is_none());
    assert!(
        store
            .mismatches(&mut *driver, ID, 5)
            .await
            .unwrap()
            .is_empty()
    );
    let differ = |row: &str, age_ms: i64| {
        let at = doc! { "$subtract": ["$$NOW", age_ms] };
        let found = doc! { "$set": {
            "at": at, "migration": ID, "table_name": "people", "column_name": "display",
            "row_key": row, "legacy": "a", "target": null, "instance": "i",
        } };
        base.command(doc! {
            "update": "colmig_mismatch",
            "updates": [{ "q": { "_id": row }, "u": [found], "upsert": true }],
        });
    };
    driver.begin(&waits()).await.unwrap();
    let moved = store
        .move_switch(&mut *driver, ID, Reads::Target, 5, false)
        .await;
    end(&mut *driver, moved).await.unwrap();
    differ("before", 60_000);
    differ("1", 0);
    sleep(Duration::from_millis(5)).await;
    differ("2", 0);
    let switch = store.switch(&mut *driver, ID).await.unwrap().unwrap();
    assert_eq!((switch.reads, &*switch.by), (Reads::Target, "me"));
    assert_eq!((switch.evidence.limit, switch.evidence.mismatches), (5, 2));
    let newest = store.mismatches(&mut *driver, ID, 1).await.unwrap();
    assert_eq!((newest.len(), &*newest[0].key), (1, "2"));
    assert_eq!(newest[0].target, None);
}

#[tokio::test]
async fn a_conversion_is_opened_and_held_and_opened_again() {
    let base = Base::shared("convert");
    let (mut driver, store) = base.open("me").await;
    let place = place("convert");
    let convert = Convert {
        table: "people".to_owned(),
        model: "Person".to_owned(),
        read: vec!["a".to_owned()],
        target: "display".to_owned(),
        up: "f".to_owned(),
        fills: false,
    };
    let job = Job {
        place: &place,
        convert: &convert,
    };
    assert!(
        store
            .conversion(&mut *driver, &job)
            .await
            .unwrap()
            .is_none()
    );
    for _ in 0..2 {
        store.open_conversion(&mut *driver, &job).await.unwrap();
        let open = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
        assert_eq!(
            (open.state, open.pass, open.workers),
            (convert::State::Open, 1, 0)
        );
    }
    let of_job = doc! { "migration": ID, "table_name": "people", "column_name": "display" };
    let mut failure = of_job.clone();
    failure.extend(doc! { "row_key": "1", "value": null, "reason": "no" });
    base.command(doc! { "insert": "colmig_conversion_failure", "documents": [failure] });
    let mut worker = of_job.clone();
    worker.insert("instance", "i");
    let live = doc! { "$set": { "expires_at": { "$add": ["$$NOW", 60_000] } } };
    base.command(doc! {
        "update": "colmig_conversion_worker",
        "updates": [{ "q": { "_id": worker }, "u": [live], "upsert": true }],
    });
    let held = doc! { "$set": { "state": "held", "failed": 1_i64, "filled": 4_i64 } };
    base.command(doc! {
        "update": "colmig_conversion",
        "updates": [{ "q": { "_id": of_job }, "u": held }],
    });
    let held = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
    assert_eq!(
        (held.state, held.failed, held.workers),
        (convert::State::Held, 1, 1)
    );
    let failures = store
        .conversion_failures(&mut *driver, &job, 5)
        .await
        .unwrap();
    assert_eq!(failures.len(), 1);

    store.open_conversion(&mut *driver, &job).await.unwrap();
    let open = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
    assert_eq!((open.state, open.pass), (convert::State::Open, 2));
    assert_eq!((open.failed, open.filled), (0, 4));
    let failures = store
        .conversion_failures(&mut *driver, &job, 5)
        .await
        .unwrap();
    assert!(failures.is_empty());

    // The second step is another pass, and until it has ended instances are needed.
    let clean = doc! { "$set": { "state": "clean" } };
    base.command(doc! {
        "update": "colmig_conversion",
        "updates": [{ "q": {}, "u": clean, "multi": true }],
    });
    store.end_conversion(&mut *driver, &job).await.unwrap();
    let clean = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
    assert_eq!(clean.state, convert::State::Clean);
    let sweep = Place {
        phase: Phase::Constrain,
        step: "sweep".to_owned(),
        ..place.clone()
    };
    let job = Job {
        place: &sweep,
        ..job
    };
    for _ in 0..2 {
        store.open_conversion(&mut *driver, &job).await.unwrap();
        let open = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
        assert_eq!(
            (open.state, open.pass, open.filled),
            (convert::State::Open, 3, 0)
        );
    }
    store.end_conversion(&mut *driver, &job).await.unwrap();
    let done = store.conversion(&mut *driver, &job).await.unwrap().unwrap();
    assert_eq!(done.state, convert::State::Done);
}

#[tokio::test]
async fn an_abort_waits_for_those_who_are_at_a_range() {
    let base = Base::shared("convert-dropped");
    let (mut driver, store) = base.open("me").await;
    let place = place("convert");
    let id = doc! { "migration": ID, "table_name": "people", "column_name": "display" };
    let of = |step: &str, milliseconds: i64| {
        let range = doc! { "id": 1_i64, "expires_at": { "$add": ["$$NOW", milliseconds] } };
        let set = doc! { "step": step, "claims": 1_i64, "ranges": [range] };
        base.command(doc! {
            "update": "colmig_conversion",
            "updates": [{ "q": { "_id": id.clone() }, "u": [{ "$set": set }], "upsert": true }],
        });
    };
    of("another", 60_000);
    store.drop_ranges(&mut *driver, &place).await.unwrap();
    of(&place.step, 1_000);
    let began = std::time::Instant::now();
    store.drop_ranges(&mut *driver, &place).await.unwrap();
    assert!(began.elapsed().as_millis() > 800, "{:?}", began.elapsed());
}

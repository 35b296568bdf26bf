//! Another server becomes the first of its set.

use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Outcome, Settings, Watch};
use colmig_guests::{ADD, CREATE, old_guest};
use colmig_tests::documents;
use mongodb::bson::doc;

use super::place::{Place, goal, instance, vouched};

/// Again and again while documents are filled, and while indexes are built.
pub(crate) async fn a_set_whose_first_server_steps_down() {
    let place = &Place::on_a_set_of(3).await;
    let number = 4_000;
    place.run(CREATE, Phase::SwitchReads).await;
    place.seed("guests", (1..=number).map(old_guest)).await;
    let pause = Duration::from_millis(20);
    let mut new = Vec::new();
    for _ in 0..2 {
        // Long enough for an election, on a machine that has other things to do.
        let options = instance().lease(Duration::from_secs(30));
        new.push(options.connect(&place.url).await.unwrap());
    }
    let load = documents::start(new, Vec::new(), number, pause);
    let settings = Settings {
        duty: 0.3,
        ..vouched()
    };
    for until in [Phase::DualWrite, Phase::Backfill, Phase::SwitchReads] {
        let mut migrator = place.migrator_with(settings.clone()).await;
        let (migrations, goal, watch) = (place.migrations(), goal(ADD, until), Watch::default());
        let run = migrator.run(&migrations, &goal, &watch);
        let (done, is_done) = tokio::sync::oneshot::channel();
        let run = async {
            let outcome = run.await;
            let _ = done.send(());
            outcome
        };
        let stepping = async {
            let mut is_done = is_done;
            let mut steps = 0;
            while is_done.try_recv().is_err() {
                tokio::time::sleep(Duration::from_millis(400)).await;
                // It blocks, as everything of the harness does.
                tokio::task::block_in_place(|| place.own_set().step_down()).unwrap();
                steps += 1;
                tokio::time::sleep(Duration::from_millis(3_000)).await;
            }
            steps
        };
        let (outcome, steps) = tokio::join!(run, stepping);
        assert_eq!(outcome.unwrap(), Outcome::Done, "until {until}");
        assert!(steps > 0);
        assert_eq!(load.seen().wrong(), Vec::<String>::new(), "until {until}");
    }
    place.contract(ADD).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    for field in ["displayName", "initial", "handle"] {
        let missing = doc! { field: { "$exists": false } };
        assert_eq!(place.count("guests", missing).await, 0, "{field}");
    }
    let schema = place.schema();
    for index in ["guests_displayName_idx", "guests_handle_key"] {
        assert!(schema.contains(index), "{schema}");
    }
}

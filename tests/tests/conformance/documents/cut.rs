//! The tool is gone between any two commands, or while one is under way. Whoever comes next brings
//! the migration to the same end, or takes it back.

use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Migrator, Outcome, Settings, Watch};
use colmig_guests::ADD;
use colmig_harness::Proxy;
use mongodb::bson::doc;

use super::place::{Place, add, vouched};

/// Every so many requests there is a cut: each time a few further on, so that both kinds of a request
/// meet every kind of command over the whole way. `COLMIG_EVERY_STATEMENT` makes it each of them.
const STRIDE: u64 = 37;

/// Enough for a few batches.
const NUMBER: i64 = 250;

/// What is cut.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// All phases.
    Forth,
    /// An abort of as many as can be undone.
    Back,
}

pub(crate) async fn gone_at_any_statement(place: &Place) {
    let untouched = {
        place.with_guests(NUMBER).await.close().await;
        let before = state(place).await;
        place.run(ADD, Phase::SwitchReads).await;
        place.contract(ADD).await;
        [before, state(place).await]
    };
    let stride = match std::env::var_os("COLMIG_EVERY_STATEMENT") {
        Some(_) => 1,
        None => STRIDE,
    };
    for way in [Way::Forth, Way::Back] {
        let (mut request, mut cuts) = (1, 0);
        while cut(&place.another().await, way, request, &untouched, stride).await {
            cuts += 1;
            request += stride;
            assert!(request < 5_000, "it comes to no end");
        }
        assert!(cuts > 2, "{way:?} was cut {cuts} times only");
    }
}

/// The schema, and every document.
async fn state(place: &Place) -> String {
    format!("{}{:?}", place.schema(), place.documents("guests").await)
}

/// Whether the way was long enough to be cut at that request.
async fn cut(place: &Place, way: Way, request: u64, untouched: &[String; 2], stride: u64) -> bool {
    let answered = (request / stride) % 2 == 1;
    let at = format!("{way:?}, cut at request {request}, answered: {answered}");
    place.with_guests(NUMBER).await.close().await;
    if let Way::Back = way {
        place.run(ADD, Phase::Constrain).await;
    }
    let proxy = Proxy::start(place.port()).unwrap();
    proxy.cut_at(request, answered);
    // The other servers of a set would be reached past it.
    let through = format!(
        "mongodb://127.0.0.1:{}/{}?directConnection=true&serverSelectionTimeoutMS=2000",
        proxy.port(),
        place.database.name()
    );
    let walk = async {
        let settings = Settings {
            // Whoever comes next does not wait for long.
            lease: Duration::from_millis(600),
            batch_rows: 100,
            ..vouched()
        };
        let mut migrator = Migrator::connect(&through, settings).await.ok()?;
        let (migrations, watch) = (place.migrations(), Watch::default());
        let outcome = match way {
            Way::Forth => {
                let ran = migrator.run(&migrations, &add(), &watch).await.ok()?;
                assert_eq!(ran, Outcome::Done, "{at}");
                migrator.contract(&migrations, ADD, &watch).await.ok()?
            }
            Way::Back => migrator.abort(&migrations, ADD, &watch).await.ok()?,
        };
        Some(outcome)
    };
    // The tool is gone with its connections: nothing that it would do next is done.
    let gone = async {
        while !proxy.was_cut() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let was_cut = tokio::select! {
        outcome = walk => {
            let was_cut = proxy.was_cut();
            assert!(was_cut || outcome == Some(Outcome::Done), "{at}: {outcome:?}");
            was_cut
        }
        () = gone => true,
    };
    let expected = match way {
        Way::Forth => {
            place.run(ADD, Phase::SwitchReads).await;
            place.contract(ADD).await;
            &untouched[1]
        }
        Way::Back => {
            place.abort(ADD).await;
            &untouched[0]
        }
    };
    assert_eq!(&state(place).await, expected, "{at}");
    assert_eq!(place.count("colmig_saved", doc! {}).await, 0, "{at}");
    was_cut
}

//! The tool is gone between any two statements, or while one is under way: each of them in its turn.
//! Whoever comes next brings the migration to the same end, or takes it back.

use std::time::Duration;

use colmig::migrate::{Goal, Migrator, Outcome, Settings, Watch};
use colmig::{Database, Phase};
use colmig_harness::Proxy;
use colmig_tests::model::ADD;
use colmig_tests::raw;
use tokio::task::JoinSet;

use crate::Place;
use crate::place::quick;

/// Every so many requests there is a cut: each time a few further on, so that both kinds of a request
/// meet every kind of statement over the whole way. `COLMIG_EVERY_STATEMENT` makes it each of them.
const STRIDE: u64 = 37;

/// How many databases there are at a time.
const AT_A_TIME: usize = 5;

/// Enough for a few batches.
const ROWS: i64 = 250;

/// What is cut.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// All phases.
    Forth,
    /// An abort of as many as can be undone.
    Back,
}

pub(crate) async fn gone_at_any_statement_on_postgres() {
    everywhere(async || Place::postgres().await).await;
}

pub(crate) async fn gone_at_any_statement_on_mariadb() {
    everywhere(async || Place::mariadb().await).await;
}

async fn everywhere(place: impl AsyncFn() -> Place) {
    let untouched = {
        let place = place().await;
        place.with_users(ROWS).await.close().await;
        let before = place.schema().await;
        place.run_until(Phase::SwitchReads).await;
        place.contract().await;
        [before, place.schema().await]
    };
    let stride = match std::env::var_os("COLMIG_EVERY_STATEMENT") {
        Some(_) => 1,
        None => STRIDE,
    };
    for way in [Way::Forth, Way::Back] {
        let (mut request, mut cuts, mut over) = (1, 0, false);
        while !over {
            let mut cases = JoinSet::new();
            for _ in 0..AT_A_TIME {
                let (place, untouched) = (place().await, untouched.clone());
                let answered = (request / stride) % 2 == 1;
                cases.spawn(async move { cut(&place, way, request, answered, &untouched).await });
                request += stride;
            }
            while let Some(was_cut) = cases.join_next().await {
                let was_cut = was_cut.unwrap();
                cuts += usize::from(was_cut);
                over |= !was_cut;
            }
            assert!(request < 5_000, "it comes to no end");
        }
        assert!(cuts > 4, "{way:?} was cut {cuts} times only");
    }
}

/// Whether the way was long enough to be cut at that request.
async fn cut(
    place: &Place,
    way: Way,
    request: u64,
    answered: bool,
    untouched: &[String; 2],
) -> bool {
    let at = format!("{way:?}, cut at request {request}, answered: {answered}");
    place.with_users(ROWS).await.close().await;
    if let Way::Back = way {
        place.run_until(Phase::Constrain).await;
    }
    let proxy = Proxy::start(place.port()).unwrap();
    proxy.cut_at(request, answered);
    let through = place.through(&proxy);
    let walk = async {
        let settings = Settings {
            // Whoever comes next does not wait for long.
            lease: Duration::from_millis(600),
            batch_rows: 100,
            ..quick()
        };
        let mut migrator = Migrator::connect(&through, settings).await.ok()?;
        let (migrations, watch) = (place.migrations(), Watch::default());
        let outcome = match way {
            Way::Forth => {
                let goal = Goal {
                    only: Some(ADD.to_owned()),
                    ..Goal::default()
                };
                let ran = migrator.run(&migrations, &goal, &watch).await.ok()?;
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
    let (expected, rule) = match way {
        Way::Forth => {
            place.run_until(Phase::SwitchReads).await;
            place.contract().await;
            let rule = "display_name = first_name || ' ' || last_name AND handle = 'user ' || id AND plan = 'free'";
            (&untouched[1], rule)
        }
        Way::Back => {
            place.abort().await;
            (&untouched[0], "first_name IS NOT NULL")
        }
    };
    assert_eq!(&place.schema().await, expected, "{at}");
    let db = place.instance().await;
    let right = format!("SELECT count(*) FROM users WHERE {rule}");
    let right = raw::number(&db, &right).await.unwrap();
    db.close().await;
    assert_eq!(right, ROWS, "{at}");
    was_cut
}

impl Place {
    fn port(&self) -> u16 {
        let (_, rest) = self.url.split_once('@').unwrap();
        let (address, _) = rest.split_once('/').unwrap();
        address.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// The address of the database behind a proxy.
    fn through(&self, proxy: &Proxy) -> String {
        assert_ne!(self.database, Database::Sqlite, "a file has no network");
        let port = format!(":{}/", self.port());
        self.url.replacen(&port, &format!(":{}/", proxy.port()), 1)
    }
}

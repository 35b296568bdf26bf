//! What `verify` finds.

use colmig::Phase;
use colmig::migrate::{Repair, Verification, Verifying, Watch};
use colmig_guests::{ADD, REPLACE};
use mongodb::bson::doc;

use super::place::Place;

async fn verify(place: &Place, repair: Option<Repair>) -> Verification {
    let mut verifying = Verifying::default();
    verifying.repair = repair;
    let mut migrator = place.migrator().await;
    let verified = migrator
        .verify(&place.migrations(), &verifying, &Watch::default())
        .await;
    verified.unwrap()
}

pub(crate) async fn rows_changed_behind_our_back_are_named_and_mended(place: &Place) {
    place.with_stays(300).await;
    place.run(REPLACE, Phase::SwitchReads).await;
    assert!(verify(place, None).await.holds());
    for id in [1_i64, 200] {
        let tampered = doc! { "$set": { "cents": 7_i64 } };
        place.change("stays", id, tampered).await;
    }
    let before = place.documents("stays").await;
    for repair in [None, Some(Repair::default())] {
        let verified = verify(place, repair).await;
        let findings = verified
            .checks
            .iter()
            .filter(|check| check.finding.is_some());
        let findings: Vec<_> = findings.collect();
        assert!(!findings.is_empty(), "{verified:?}");
        for found in findings {
            assert_eq!(found.keys, ["1", "200"], "{found}");
            assert!(found.what.contains("stays_cents"), "{found}");
        }
        // What it does not compare, it does not mend either.
        assert_eq!(place.documents("stays").await, before);
    }
}

/// An index that is gone is noticed all the same.
pub(crate) async fn an_index_that_is_gone_is_named(place: &Place) {
    place.with_guests(30).await;
    place.run(ADD, Phase::SwitchReads).await;
    assert!(verify(place, None).await.holds());
    place
        .guests()
        .drop_index("guests_handle_key")
        .await
        .unwrap();
    let verified = verify(place, None).await;
    assert!(!verified.holds(), "{verified:?}");
    let found = verified.checks.iter().find(|check| check.finding.is_some());
    let words = found.unwrap().to_string();
    assert!(words.contains("guests_handle_key"), "{words}");
}

/// The sweep before the validator is what a clean pass is on other databases: what was changed
/// behind the backfill is filled, and the rule of legacy holds.
pub(crate) async fn constrain_demands_a_clean_pass(place: &Place) {
    place.with_stays(300).await;
    place.run(REPLACE, Phase::Backfill).await;
    for id in [3_i64, 250] {
        let tampered = doc! { "$set": { "cents": 7_i64 }, "$unset": { "nights": "" } };
        place.change("stays", id, tampered).await;
    }
    place.run(REPLACE, Phase::Constrain).await;
    for id in [3_i64, 250] {
        let stored = place.stored("stays", id).await.unwrap();
        assert_eq!(stored.get_i64("cents").unwrap(), id * 100);
        assert_eq!(stored.get_i64("nights").unwrap(), id % 7);
    }
}

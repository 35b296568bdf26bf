//! Both sides of a column compared over the whole table, and mended.

use colmig::migrate::{Check, Outcome, Repair, Switching, Verification, Verifying, Watch};
use colmig::{Db, Phase, Side};
use colmig_people::REPLACE;
use colmig_tests::{behind, raw};

use crate::Place;

async fn verify(place: &Place, repair: Option<Repair>) -> Verification {
    let mut verifying = Verifying::default();
    verifying.limit = 0;
    verifying.repair = repair;
    let mut migrator = place.migrator().await;
    let migrations = place.people_migrations();
    let watch = Watch::default();
    let found = migrator.verify(&migrations, &verifying, &watch);
    found.await.unwrap()
}

fn mend(from: Option<Side>) -> Option<Repair> {
    Some(Repair { from })
}

/// The keys that each comparison named, by its first target.
fn named(found: &Verification) -> Vec<(String, Vec<String>)> {
    let compared = found.checks.iter().filter_map(|check| {
        let compared = check.compared.as_ref()?;
        Some((compared.targets[0].clone(), check.keys.clone()))
    });
    compared.filter(|(_, keys)| !keys.is_empty()).collect()
}

fn of(targets: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = targets.iter().map(|(target, keys)| {
        let keys = keys.iter().map(|key| (*key).to_owned());
        ((*target).to_owned(), keys.collect())
    });
    owned.collect()
}

fn findings(found: &Verification) -> Vec<&Check> {
    let checks = found.checks.iter();
    checks.filter(|check| check.finding.is_some()).collect()
}

async fn number(db: &Db, condition: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM people WHERE {condition}");
    raw::number(db, &sql).await.unwrap()
}

async fn switch(place: &Place, reads: &str) {
    let to = Switching::to(reads.parse().unwrap());
    assert_eq!(place.switch_people(to).await, Outcome::Done);
}

pub(crate) async fn rows_changed_behind_our_back_are_named_and_mended(place: &Place) {
    // Several ranges of keys, of which one is the last.
    let db = place.with_people(4_500).await;
    assert_eq!(
        place.run_people(REPLACE, Phase::SwitchReads).await,
        Outcome::Done
    );
    let clean = verify(place, None).await;
    assert!(clean.holds(), "{clean:?}");
    let compared = clean
        .checks
        .iter()
        .filter_map(|check| check.compared.as_ref());
    let rows: Vec<(u64, u64)> = compared.map(|one| (one.rows, one.chunks)).collect();
    assert_eq!(rows, [(4_500, 3); 4]);

    let tamper = "UPDATE people SET age_2 = age_2 + 1000 WHERE id IN (1, 2000, 2001, 4500)";
    behind::execute(&db, "people", tamper).await.unwrap();
    let tamper = "UPDATE people SET last_name = NULL WHERE id = 77";
    behind::execute(&db, "people", tamper).await.unwrap();
    let expected = of(&[
        ("age_2", &["1", "2000", "2001", "4500"]),
        ("first_name", &["77"]),
    ]);
    let found = verify(place, None).await;
    assert_eq!(named(&found), expected);
    assert_eq!(findings(&found).len(), 2, "{found:?}");
    assert!(!found.holds());

    // Reads come from legacy: it is right.
    let mended = verify(place, mend(None)).await;
    assert!(mended.holds(), "{mended:?}");
    assert_eq!(named(&mended), expected, "what was mended is named");
    assert_eq!(number(&db, "age_2 <> id % 100").await, 0);
    assert_eq!(number(&db, "last_name IS NULL").await, 0);
    assert!(verify(place, None).await.holds());
    let repairs = "SELECT count(*) FROM colmig_audit WHERE action = 'repair'";
    assert_eq!(raw::number(&db, repairs).await.unwrap(), 4);

    // A second time there is nothing to do.
    assert!(verify(place, mend(None)).await.holds());
    assert_eq!(raw::number(&db, repairs).await.unwrap(), 4);
}

pub(crate) async fn the_side_that_is_read_is_the_right_one(place: &Place) {
    let db = place.with_people(300).await;
    assert_eq!(
        place.run_people(REPLACE, Phase::SwitchReads).await,
        Outcome::Done
    );
    let tamper = "UPDATE people SET age_2 = age_2 + 1000 WHERE id IN (5, 6)";

    switch(place, "25%").await;
    behind::execute(&db, "people", tamper).await.unwrap();
    let open = verify(place, mend(None)).await;
    let words = open.checks.iter().filter_map(|check| check.finding.clone());
    let words: Vec<String> = words.collect();
    assert!(words[0].contains("--from legacy"), "{words:?}");
    assert_eq!(number(&db, "age_2 > 1000").await, 2, "nothing is mended");
    assert!(verify(place, mend(Some(Side::Legacy))).await.holds());
    assert_eq!(number(&db, "age_2 > 1000").await, 0);

    switch(place, "target").await;
    behind::execute(&db, "people", tamper).await.unwrap();
    // No legacy column could say this, so it stays as it is, and is named.
    let lone = "UPDATE people SET address = 'nowhere' WHERE id = 9";
    behind::execute(&db, "people", lone).await.unwrap();
    let mended = verify(place, mend(None)).await;
    let left = findings(&mended);
    let [left] = left.as_slice() else {
        panic!("{mended:?}");
    };
    assert!(left.to_string().contains("`address` of `people`"), "{left}");
    assert_eq!(left.keys, ["9"]);
    assert_eq!(number(&db, "age = '1005' AND age_2 = 1005").await, 1);
    assert_eq!(number(&db, "age = '1006' AND age_2 = 1006").await, 1);
    let kept = "address = 'nowhere' AND street = 'Street9' AND town = 'Town9'";
    assert_eq!(number(&db, kept).await, 1);
    assert!(verify(place, mend(Some(Side::Legacy))).await.holds());
}

pub(crate) async fn constrain_demands_a_clean_pass(place: &Place) {
    let db = place.with_people(300).await;
    assert_eq!(
        place.run_people(REPLACE, Phase::Backfill).await,
        Outcome::Done
    );
    let tamper = "UPDATE people SET handle = 'x', age_2 = NULL WHERE id IN (3, 250)";
    behind::execute(&db, "people", tamper).await.unwrap();
    for _ in 0..2 {
        let held = place.run_people(REPLACE, Phase::SwitchReads).await;
        let Outcome::Held { phase, gate, .. } = held else {
            panic!("{held:?}");
        };
        assert_eq!(phase, Phase::Constrain);
        for words in [
            "`handle` of `people`",
            "2 rows, by id: 3; 250",
            "verify --repair",
        ] {
            assert!(gate.contains(words), "{gate}");
        }
    }
    let not_entered = "SELECT count(*) FROM colmig_step WHERE phase = 'constrain'";
    assert_eq!(raw::number(&db, not_entered).await.unwrap(), 0);

    // A row that legacy says nothing of is named and left, and keeps the gate shut.
    let bad = "UPDATE people SET age = 'abc' WHERE id = 250";
    behind::execute(&db, "people", bad).await.unwrap();
    let mended = verify(place, mend(None)).await;
    let left = findings(&mended);
    assert_eq!(left.len(), 1, "{mended:?}");
    assert!(left[0].to_string().contains("stays so"), "{}", left[0]);
    assert_eq!(number(&db, "age_2 IS NULL AND age = 'abc'").await, 1);
    let held = place.run_people(REPLACE, Phase::SwitchReads).await;
    assert!(matches!(held, Outcome::Held { .. }), "{held:?}");
    raw::execute(&db, "UPDATE people SET age = '50' WHERE id = 250")
        .await
        .unwrap();
    assert_eq!(
        place.run_people(REPLACE, Phase::SwitchReads).await,
        Outcome::Done
    );
    let proof = "SELECT resume_at FROM colmig_step WHERE step = 'compare_people_age_2'";
    let proof = raw::text(&db, proof).await.unwrap().unwrap();
    assert!(proof.contains("\"generation\":"), "{proof}");
    assert!(proof.contains("\"rows\":300"), "{proof}");
}

//! What the docs list as metrics is what an application and a run record on MongoDB too.

use colmig::metrics::ALL;

use super::place::Place;
use super::{filled_on_read, fleet, replaced, switched};
use crate::watched::recorder;

/// What there is nothing to record of: comparisons of whole collections, and rules in Rust. Which
/// brake holds hangs on how busy the machine is.
const NOT_HERE: [&str; 3] = ["colmig_compare_", "convert", "colmig_backfill_held"];

pub(crate) async fn every_metric_of_the_docs_is_recorded(place: &Place) {
    let recorder = recorder();
    switched::mismatches_are_told_and_take_reads_back(place).await;
    let another = place.another().await;
    replaced::rows_go_in_while_legacy_goes_piece_by_piece(&another).await;
    let another = place.another().await;
    fleet::a_lease_that_ran_out_refuses_writes_until_it_is_renewed(&another).await;
    let another = place.another().await;
    fleet::an_instance_that_is_behind_is_waited_for_and_named(&another).await;
    let another = place.another().await;
    filled_on_read::what_is_read_is_filled_first_and_the_backfill_ends_it(&another).await;
    let text = recorder.render();
    let here = ALL
        .iter()
        .filter(|metric| !NOT_HERE.iter().any(|part| metric.name.contains(part)));
    let missing: Vec<&str> = here
        .map(|metric| metric.name)
        .filter(|name| !text.lines().any(|line| line.starts_with(name)))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of\n{text}");
    for sample in [
        "colmig_accesses_refused_total{error=\"lease_expired\"}",
        "colmig_lease_renewals_total{result=\"ok\"}",
        "colmig_lease_renewals_total{result=\"failed\"}",
        "colmig_fleet_instances{state=\"behind\"}",
        "reason=\"instances\"",
    ] {
        assert!(text.contains(sample), "{sample}: {text}");
    }
}

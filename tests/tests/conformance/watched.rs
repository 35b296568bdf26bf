//! What the docs list as metrics is what an application and a run record.

use std::sync::OnceLock;

use colmig::Database;
use colmig::metrics::{ALL, describe};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::place::Place;
use crate::{converted, fleet, switched};

/// The recorder of this process. There is one, whichever cases are run in it.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let handle = PrometheusBuilder::new().install_recorder().unwrap();
        describe();
        handle
    })
}

pub(crate) async fn every_metric_of_the_docs_is_recorded(place: &Place) {
    let recorder = recorder();
    let another = async || match place.database {
        Database::Postgres => Place::postgres().await,
        Database::MariaDb => Place::mariadb().await,
        _ => Place::sqlite().await,
    };
    switched::mismatches_are_told_and_take_reads_back(place).await;
    fleet::a_lease_that_ran_out_refuses_writes_until_it_is_renewed(&another().await).await;
    fleet::an_instance_that_is_behind_is_waited_for_and_named(&another().await).await;
    converted::a_rule_in_rust_is_right_in_every_phase(&another().await).await;
    let text = recorder.render();
    let missing: Vec<&str> = ALL
        .iter()
        .filter(|metric| {
            let samples = text.lines().filter(|line| line.starts_with(metric.name));
            // Which brake holds hangs on how busy the machine is: the meter has a test of its own.
            // Rows are not filled on read.
            let elsewhere = ["colmig_backfill_held", "colmig_filled_on_read_total"];
            samples.count() == 0 && !elsewhere.contains(&metric.name)
        })
        .map(|metric| metric.name)
        .collect();
    assert!(missing.is_empty(), "{missing:?} of\n{text}");
    for sample in [
        "colmig_reads_mismatches_total{migration=\"",
        "colmig_accesses_refused_total{error=\"lease_expired\"}",
        "colmig_lease_renewals_total{result=\"ok\"}",
        "colmig_lease_renewals_total{result=\"failed\"}",
        "colmig_fleet_instances{state=\"behind\"}",
        "reason=\"instances\"",
        "colmig_converted_rows_total{table=\"parcels\"}",
    ] {
        assert!(text.contains(sample), "{sample}: {text}");
    }
}

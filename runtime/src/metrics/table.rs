//! Every metric, in the order in which `docs/metrics.md` has them.

use super::{Kind, Metric, Side};

/// Declares the metrics, and the list of all of them, so that none is left out of it.
macro_rules! metrics {
    ($($(#[$attribute:meta])* $constant:ident = $name:literal $kind:ident $side:ident [$($label:literal),*] $help:literal;)*) => {
        $(
            $(#[$attribute])*
            pub(crate) const $constant: Metric = Metric {
                name: $name,
                kind: Kind::$kind,
                labels: &[$($label),*],
                side: Side::$side,
                help: $help,
            };
        )*

        /// Every metric.
        ///
        /// ```
        /// let mismatches = colmig::metrics::ALL.iter().find(|metric| metric.name == "colmig_reads_mismatches_total");
        /// assert_eq!(mismatches.map(|metric| metric.labels.len()), Some(3));
        /// ```
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    PHASE = "colmig_phase" Gauge Run ["migration", "phase"]
        "1 for the phase that the migration is in, 0 for those that it was in before";
    RUN_WAITS = "colmig_run_waits_total" Counter Run ["migration", "reason"]
        "How often the run reported that it waits, by reason: run-lock, instances, gate, lock, lock-timeout, connection, workers";
    FLEET_INSTANCES = "colmig_fleet_instances" Gauge Run ["state"]
        "Live instances of the application at the last look, by state: live, and of those the ones that are behind";
    BACKFILL_ROWS = "colmig_backfill_rows_total" Counter Run ["migration", "step"]
        "Rows that the batches of this process have covered";
    BACKFILL_ROWS_CHANGED = "colmig_backfill_rows_changed_total" Counter Run ["migration", "step"]
        "Rows that the batches of this process have changed";
    BACKFILL_ROWS_REMAINING = "colmig_backfill_rows_remaining" Gauge Run ["migration", "step"]
        "Rows that this pass has still to cover, of all processes, by the database's estimate of the table";
    BACKFILL_SECONDS_LEFT = "colmig_backfill_seconds_left" Gauge Run ["migration", "step"]
        "Seconds that the pass will go on at the rate until now";
    BACKFILL_BATCH_SECONDS = "colmig_backfill_batch_seconds" Histogram Run ["migration", "step"]
        "Seconds that one batch took, with its commit";
    BACKFILL_BATCH_ROWS = "colmig_backfill_batch_rows" Gauge Run ["migration", "step"]
        "Rows of the next batch";
    BACKFILL_PROBE_SECONDS = "colmig_backfill_probe_seconds" Histogram Run ["kind"]
        "Seconds that a look at the database's sessions (read) or a commit of a batch (write) took";
    BACKFILL_HELD = "colmig_backfill_held" Gauge Run ["migration", "step", "brake"]
        "1 while this brake holds the batches of this process, 0 once it has let go";
    COMPARE_ROWS = "colmig_compare_rows" Gauge Run ["migration", "step"]
        "Rows of which both sides were compared by now";
    COMPARE_ROWS_DIFFERING = "colmig_compare_rows_differing" Gauge Run ["migration", "step"]
        "Rows of those in which the sides differ";
    READS_COMPARED = "colmig_reads_compared_total" Counter Application ["result"]
        "Shadow reads: rows of which both sides were compared, by result: done, failed, timeout, and skipped where too many were under way";
    READS_MISMATCHES = "colmig_reads_mismatches_total" Counter Application ["migration", "table", "column"]
        "Shadow reads that found two values";
    READS_SWITCHED_BACK = "colmig_reads_switched_back_total" Counter Application ["migration"]
        "How often mismatches found by this instance moved the read switch back to legacy";
    ACCESSES_REFUSED = "colmig_accesses_refused_total" Counter Application ["error"]
        "Accesses that were refused, by error: view_stale, lease_expired, outcome_unknown, too_old, outdated, unconstrained, column_gone, table_gone, too_new";
    LEASE_RENEWALS = "colmig_lease_renewals_total" Counter Application ["result"]
        "Renewals of the lease of this instance, by result: ok, failed";
    LEASE_RENEWAL_SECONDS = "colmig_lease_renewal_seconds" Histogram Application []
        "Seconds that a renewal of the lease took";
    FILLED_ON_READ = "colmig_filled_on_read_total" Counter Application ["table", "result"]
        "Documents that this instance has read unfilled, with fill_on_read, by result: filled, already (by somebody else, or gone), failed, and dropped where too many waited";
    CONVERTED_ROWS = "colmig_converted_rows_total" Counter Application ["table"]
        "Rows that this instance has converted by a rule in Rust";
}

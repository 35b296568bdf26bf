//! The conformance suite: every case runs on every database, and no database has a case
//! of its own where a shared one serves. A new database is one function in `place.rs` and
//! one line in `conformance!` below; a new case is one function and one line. MongoDB, which has no
//! SQL, plays each of them in `documents/`.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod abort;
mod accessors;
mod converted;
mod cut;
mod documents;
mod dropped;
mod filled;
mod filling;
mod fleet;
mod interrupted;
mod place;
mod rekeyed;
mod replaced;
mod resisting;
mod retyped;
mod switched;
mod verified;
mod walk;
mod watched;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use place::Place;
use tokio::runtime::Builder;

/// How many cases are tried at a time, if nothing else is said: they wait for leases and for the
/// servers more than they compute.
const THREADS: usize = 10;

/// One test for each case on each database, which is called `<database>::<case>`; and the cases
/// that belong to one database.
macro_rules! conformance {
    ($($database:ident),+ => $cases:tt $($alone:ident::$module:ident::$case:ident),* $(,)?) => {
        fn trials() -> Vec<Trial> {
            let mut trials = Vec::new();
            // The longest of all are among these, and no other case shall wait for their end.
            $(trials.push(trial(
                concat!(stringify!($alone), "::", stringify!($case)),
                || Box::pin($module::$case()),
            ));)*
            $(conformance!(@cases trials $database $cases);)+
            trials
        }

        /// The names of all cases, with their modules.
        fn cases() -> Vec<&'static str> {
            let mut cases: Vec<&'static str> = conformance!(@names $cases).to_vec();
            $(cases.push(concat!(stringify!($module), "::", stringify!($case)));)*
            cases
        }
    };
    (@names { $($module:ident::$case:ident),+ $(,)? }) => {
        [$(concat!(stringify!($module), "::", stringify!($case))),+]
    };
    (@cases $trials:ident $database:ident { $($module:ident::$case:ident),+ $(,)? }) => {
        $($trials.push(trial(
            concat!(stringify!($database), "::", stringify!($case)),
            || Box::pin(async {
                let place = Place::$database().await;
                $module::$case(&place).await;
            }),
        ));)+
    };
}

type Case = std::pin::Pin<Box<dyn Future<Output = ()>>>;

fn trial(name: &str, case: fn() -> Case) -> Trial {
    Trial::test(name, move || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(case());
        Ok(())
    })
}

fn main() -> ExitCode {
    // A case that has a function of its model panic prints nothing of it here, where nobody
    // keeps apart what belongs to which case.
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() != Some(colmig_articles::slug::TOO_LONG) {
            told(panic);
        }
    }));
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let mut all = trials();
    all.extend(documents::trials());
    let conclusion = libtest_mimic::run(&arguments, all);
    documents::stop_alone();
    conclusion.exit_code()
}

conformance! {
    postgres, mariadb, sqlite => {
        walk::every_phase_under_live_traffic,
        walk::a_finished_migration_is_not_run_again,
        accessors::reads_and_writes_are_right_in_every_stage,
        accessors::a_transaction_that_is_rolled_back_leaves_nothing,
        accessors::a_tail_with_a_bare_name_of_a_column_in_flight_is_refused,
        accessors::a_long_transaction_needs_no_second_connection,
        accessors::a_database_without_state_is_read_as_before_the_migration,
        abort::abort_in_each_phase_leaves_the_schema_as_it_was,
        abort::abort_under_live_traffic,
        abort::an_aborted_migration_starts_anew_only_when_asked_to,
        fleet::a_lease_that_ran_out_refuses_writes_until_it_is_renewed,
        fleet::a_write_across_the_end_of_the_lease_is_not_accepted,
        fleet::an_instance_that_is_behind_is_waited_for_and_named,
        fleet::a_dead_instance_is_waited_for_until_its_lease_ends,
        fleet::a_transaction_of_the_older_view_delays_the_next_stage,
        fleet::an_old_build_holds_contract_until_it_is_gone,
        fleet::contract_goes_on_over_an_old_build_when_somebody_vouches_for_it,
        fleet::a_build_that_does_not_fit_is_refused,
        fleet::every_instance_soon_hears_of_a_stage,
        fleet::instances_come_and_go,
        interrupted::a_backfill_that_is_stopped_goes_on_where_it_was,
        interrupted::an_edited_file_is_refused_once_the_migration_has_begun,
        resisting::duplicates_hold_the_migration_until_they_are_mended,
        resisting::a_rule_that_gives_null_holds_the_migration_until_the_row_is_mended,
        resisting::a_null_is_refused_or_holds_contract,
        resisting::a_duplicate_from_behind_is_reported_alike_and_before_the_next_try,
        resisting::rows_that_fail_the_check_hold_the_migration_until_they_are_mended,
        replaced::both_sides_are_right_in_every_phase,
        replaced::abort_in_each_phase_leaves_the_schema_as_it_was_and_loses_nothing,
        replaced::text_that_does_not_convert_is_named_and_holds_the_migration,
        replaced::what_a_collation_takes_for_one_is_two_values,
        replaced::rows_go_in_while_legacy_goes_piece_by_piece,
        replaced::old_and_new_builds_write_the_same_rows_through_every_phase,
        replaced::without_triggers_somebody_has_to_vouch_for_all_other_writers,
        converted::a_rule_in_rust_is_right_in_every_phase,
        converted::abort_takes_a_rule_in_rust_back_in_each_phase,
        converted::rows_that_do_not_convert_are_named_and_hold_the_migration,
        converted::a_run_says_what_to_call_where_nobody_converts,
        converted::a_worker_that_dies_costs_its_range_and_no_more,
        converted::rows_that_change_while_they_are_converted_are_done_again,
        converted::a_row_that_is_written_behind_every_accessor_is_found_by_comparisons,
        watched::every_metric_of_the_docs_is_recorded,
        filled::a_function_fills_a_new_column_in_every_phase,
        filled::abort_takes_a_column_that_a_function_fills_back,
        filled::rows_that_a_function_refuses_are_named_and_hold_the_migration,
        filled::a_null_from_behind_is_named_and_holds_the_migration,
        filled::rows_that_change_while_they_are_filled_are_done_again,
        filled::a_process_that_is_killed_while_it_fills_costs_its_range,
        dropped::builds_that_know_columns_and_builds_that_do_not_share_the_table,
        dropped::abort_keeps_columns_that_were_to_go,
        retyped::builds_of_before_and_after_share_a_table_whose_types_are_widened,
        retyped::a_value_that_is_not_there_yet_is_refused_and_an_abort_keeps_what_was_stored,
        switched::reads_move_row_by_row_and_only_in_their_phase,
        switched::mismatches_are_told_and_take_reads_back,
        verified::rows_changed_behind_our_back_are_named_and_mended,
        verified::the_side_that_is_read_is_the_right_one,
        verified::constrain_demands_a_clean_pass,
    }
    postgres::rekeyed::builds_of_before_and_after_share_tables_whose_keys_become_greater,
    postgres::rekeyed::a_row_with_the_new_key_alone_has_the_same_number_in_both,
    postgres::rekeyed::a_key_is_found_by_an_index_on_either_side,
    postgres::rekeyed::abort_in_each_phase_gives_keys_back_as_they_were,
    postgres::cut::gone_at_any_statement_on_postgres,
    mariadb::replaced::a_column_that_a_cascade_writes_is_not_replaced,
    mariadb::cut::gone_at_any_statement_on_mariadb,
}

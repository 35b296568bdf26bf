//! The cases on MongoDB: each on a server that stands alone, and on a set of servers. Every case of
//! the table in `main.rs` has its counterpart here, by the same name, or is refused by name: which
//! of both stands in [`cells`]. A new case is one function and one line.

mod abort;
mod accessors;
mod cells;
mod converted;
mod cut;
mod dropped;
mod elections;
mod filled_on_read;
mod fleet;
mod interrupted;
mod keys;
mod others;
mod place;
mod refused;
mod replaced;
mod resisting;
mod switched;
mod verified;
mod walk;
mod watched;

pub(crate) use place::stop_alone;

use libtest_mimic::Trial;
use place::Place;

use crate::trial;

/// They take minutes on two cores, each write waiting for its journal: a run of all tests leaves them to
/// `cargo xtask test --database mongodb`.
fn apart(trial: Trial) -> Trial {
    trial.with_ignored_flag(true)
}

/// One test for each case on each kind of server, which is called `mongodb::<kind>::<case>`; and those
/// that need another place than one of these.
macro_rules! documents {
    ($($kind:ident),+ => $cases:tt $($own:ident::$of_own:ident),* $(,)?) => {
        /// All of them.
        pub(crate) fn trials() -> Vec<Trial> {
            let mut trials = Vec::new();
            $(trials.push(apart(trial(
                concat!("mongodb::", stringify!($own), "::", stringify!($of_own)),
                || Box::pin($own::$of_own()),
            )));)*
            $(documents!(@cases trials $kind $cases);)+
            trials.extend(refused::trials());
            trials.push(cells::trial());
            trials
        }

        documents!(@names $cases);
    };
    (@cases $trials:ident $kind:ident { $($module:ident::$case:ident),+ $(,)? }) => {
        $($trials.push(apart(trial(
            concat!("mongodb::", stringify!($kind), "::", stringify!($case)),
            || Box::pin(async {
                let place = Place::$kind().await;
                $module::$case(&place).await;
            }),
        )));)+
    };
    (@names { $($module:ident::$case:ident),+ $(,)? }) => {
        /// The names of the cases, with their modules.
        const CASES: &[&str] = &[$(concat!(stringify!($module), "::", stringify!($case))),+];
    };
}

documents! {
    alone, set => {
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
        interrupted::a_run_that_is_gone_without_a_word_is_gone_on_with,
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
        replaced::a_writer_of_legacy_for_ever_is_named,
        replaced::old_and_new_builds_write_the_same_rows_through_every_phase,
        replaced::without_triggers_somebody_has_to_vouch_for_all_other_writers,
        converted::a_rule_in_rust_is_right_in_every_phase,
        converted::abort_takes_a_rule_in_rust_back_in_each_phase,
        converted::rows_that_do_not_convert_are_named_and_hold_the_migration,
        converted::a_run_says_what_to_call_where_nobody_converts,
        converted::a_worker_that_dies_costs_its_range_and_no_more,
        converted::a_process_that_is_killed_while_it_converts_costs_its_range,
        converted::rows_that_change_while_they_are_converted_are_done_again,
        converted::a_row_that_is_written_behind_every_accessor_is_found_by_comparisons,
        converted::a_collection_with_a_collation_is_refused_by_name,
        dropped::builds_that_know_columns_and_builds_that_do_not_share_the_table,
        dropped::abort_keeps_columns_that_were_to_go,
        switched::reads_move_row_by_row_and_only_in_their_phase,
        switched::mismatches_are_told_and_take_reads_back,
        verified::rows_changed_behind_our_back_are_named_and_mended,
        verified::an_index_that_is_gone_is_named,
        verified::constrain_demands_a_clean_pass,
        watched::every_metric_of_the_docs_is_recorded,
        keys::ids_of_several_types_are_filled_in_one_collection,
        keys::missing_null_and_a_value_are_three_things,
        keys::whole_documents_of_old_builds_are_found_again,
        keys::a_writer_that_erases_for_ever_is_named,
        others::a_field_of_somebody_else_with_another_type_is_named,
        others::a_validator_of_another_team_is_not_taken_away,
        filled_on_read::what_is_read_is_filled_first_and_the_backfill_ends_it,
        filled_on_read::an_abort_takes_out_what_reads_have_filled,
        cut::gone_at_any_statement,
    }
    elections::a_set_whose_first_server_steps_down,
}

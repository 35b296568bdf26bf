//! What becomes of each case of the other databases on MongoDB, so that none is forgotten.

use libtest_mimic::Trial;

use super::{CASES, refused};

/// What becomes of a case.
#[derive(Clone, Copy, Debug)]
enum Cell {
    /// There is one here of the same name.
    Same,
    /// It has no meaning here, and this case holds that it is refused by name, with a way out.
    Refused(&'static str),
    /// Another case plays what there is of it here.
    As(&'static str),
}

use Cell::{As, Refused, Same};

const CELLS: &[(&str, Cell)] = &[
    ("walk::every_phase_under_live_traffic", Same),
    ("walk::a_finished_migration_is_not_run_again", Same),
    ("accessors::reads_and_writes_are_right_in_every_stage", Same),
    (
        "accessors::a_transaction_that_is_rolled_back_leaves_nothing",
        Same,
    ),
    (
        "accessors::a_tail_with_a_bare_name_of_a_column_in_flight_is_refused",
        Same,
    ),
    (
        "accessors::a_long_transaction_needs_no_second_connection",
        Same,
    ),
    (
        "accessors::a_database_without_state_is_read_as_before_the_migration",
        Same,
    ),
    (
        "abort::abort_in_each_phase_leaves_the_schema_as_it_was",
        Same,
    ),
    ("abort::abort_under_live_traffic", Same),
    (
        "abort::an_aborted_migration_starts_anew_only_when_asked_to",
        Same,
    ),
    (
        "fleet::a_lease_that_ran_out_refuses_writes_until_it_is_renewed",
        Same,
    ),
    (
        "fleet::a_write_across_the_end_of_the_lease_is_not_accepted",
        Same,
    ),
    (
        "fleet::an_instance_that_is_behind_is_waited_for_and_named",
        Same,
    ),
    (
        "fleet::a_dead_instance_is_waited_for_until_its_lease_ends",
        Same,
    ),
    (
        "fleet::a_transaction_of_the_older_view_delays_the_next_stage",
        Same,
    ),
    ("fleet::an_old_build_holds_contract_until_it_is_gone", Same),
    (
        "fleet::contract_goes_on_over_an_old_build_when_somebody_vouches_for_it",
        Same,
    ),
    ("fleet::a_build_that_does_not_fit_is_refused", Same),
    ("fleet::every_instance_soon_hears_of_a_stage", Same),
    ("fleet::instances_come_and_go", Same),
    (
        "interrupted::a_backfill_that_is_stopped_goes_on_where_it_was",
        Same,
    ),
    (
        "interrupted::an_edited_file_is_refused_once_the_migration_has_begun",
        Same,
    ),
    (
        "resisting::duplicates_hold_the_migration_until_they_are_mended",
        Same,
    ),
    (
        "resisting::a_rule_that_gives_null_holds_the_migration_until_the_row_is_mended",
        Same,
    ),
    ("resisting::a_null_is_refused_or_holds_contract", Same),
    (
        "resisting::a_duplicate_from_behind_is_reported_alike_and_before_the_next_try",
        Same,
    ),
    (
        "resisting::rows_that_fail_the_check_hold_the_migration_until_they_are_mended",
        Same,
    ),
    ("replaced::both_sides_are_right_in_every_phase", Same),
    (
        "replaced::abort_in_each_phase_leaves_the_schema_as_it_was_and_loses_nothing",
        Same,
    ),
    (
        "replaced::text_that_does_not_convert_is_named_and_holds_the_migration",
        Same,
    ),
    (
        "replaced::what_a_collation_takes_for_one_is_two_values",
        Same,
    ),
    (
        "replaced::rows_go_in_while_legacy_goes_piece_by_piece",
        Same,
    ),
    (
        "replaced::old_and_new_builds_write_the_same_rows_through_every_phase",
        Same,
    ),
    (
        "replaced::without_triggers_somebody_has_to_vouch_for_all_other_writers",
        Same,
    ),
    ("converted::a_rule_in_rust_is_right_in_every_phase", Same),
    (
        "converted::abort_takes_a_rule_in_rust_back_in_each_phase",
        Same,
    ),
    (
        "converted::rows_that_do_not_convert_are_named_and_hold_the_migration",
        Same,
    ),
    (
        "converted::a_run_says_what_to_call_where_nobody_converts",
        Same,
    ),
    (
        "converted::a_worker_that_dies_costs_its_range_and_no_more",
        Same,
    ),
    (
        "converted::rows_that_change_while_they_are_converted_are_done_again",
        Same,
    ),
    (
        "converted::a_row_that_is_written_behind_every_accessor_is_found_by_comparisons",
        Same,
    ),
    ("watched::every_metric_of_the_docs_is_recorded", Same),
    (
        "filled::a_function_fills_a_new_column_in_every_phase",
        As("converted::a_rule_in_rust_is_right_in_every_phase"),
    ),
    (
        "filled::abort_takes_a_column_that_a_function_fills_back",
        As("converted::abort_takes_a_rule_in_rust_back_in_each_phase"),
    ),
    (
        "filled::rows_that_a_function_refuses_are_named_and_hold_the_migration",
        As("converted::rows_that_do_not_convert_are_named_and_hold_the_migration"),
    ),
    (
        "filled::a_null_from_behind_is_named_and_holds_the_migration",
        As("resisting::a_null_is_refused_or_holds_contract"),
    ),
    (
        "filled::rows_that_change_while_they_are_filled_are_done_again",
        As("converted::rows_that_change_while_they_are_converted_are_done_again"),
    ),
    (
        "filled::a_process_that_is_killed_while_it_fills_costs_its_range",
        As("converted::a_process_that_is_killed_while_it_converts_costs_its_range"),
    ),
    (
        "dropped::builds_that_know_columns_and_builds_that_do_not_share_the_table",
        Same,
    ),
    ("dropped::abort_keeps_columns_that_were_to_go", Same),
    (
        "retyped::builds_of_before_and_after_share_a_table_whose_types_are_widened",
        Refused("a_type_that_becomes_another_in_place"),
    ),
    (
        "retyped::a_value_that_is_not_there_yet_is_refused_and_an_abort_keeps_what_was_stored",
        Refused("a_type_whose_values_are_listed"),
    ),
    (
        "switched::reads_move_row_by_row_and_only_in_their_phase",
        Same,
    ),
    ("switched::mismatches_are_told_and_take_reads_back", Same),
    (
        "verified::rows_changed_behind_our_back_are_named_and_mended",
        Same,
    ),
    (
        "verified::the_side_that_is_read_is_the_right_one",
        As("verified::rows_changed_behind_our_back_are_named_and_mended"),
    ),
    ("verified::constrain_demands_a_clean_pass", Same),
    (
        "rekeyed::builds_of_before_and_after_share_tables_whose_keys_become_greater",
        Refused("a_key_of_another_type"),
    ),
    (
        "rekeyed::a_row_with_the_new_key_alone_has_the_same_number_in_both",
        Refused("a_key_of_another_type"),
    ),
    (
        "rekeyed::a_key_is_found_by_an_index_on_either_side",
        Refused("a_key_of_another_type"),
    ),
    (
        "rekeyed::abort_in_each_phase_gives_keys_back_as_they_were",
        Refused("a_key_of_another_type"),
    ),
    (
        "cut::gone_at_any_statement_on_postgres",
        As("cut::gone_at_any_statement"),
    ),
    (
        "replaced::a_column_that_a_cascade_writes_is_not_replaced",
        Refused("a_foreign_key"),
    ),
    (
        "cut::gone_at_any_statement_on_mariadb",
        As("cut::gone_at_any_statement"),
    ),
];

/// Holds the table against what there is.
pub(super) fn trial() -> Trial {
    Trial::test("mongodb::cells::every_case_of_the_others_has_one", || {
        let cells: Vec<&str> = CELLS.iter().map(|(name, _)| *name).collect();
        let others: Vec<&str> = crate::cases();
        for name in &others {
            let number = cells.iter().filter(|cell| *cell == name).count();
            assert_eq!(number, 1, "`{name}`: say in `cells.rs` what becomes of it");
        }
        for (name, cell) in CELLS {
            assert!(others.contains(name), "`{name}` is no case any more");
            let (is_there, what) = match cell {
                Same => (CASES.contains(name), name),
                As(case) => (CASES.contains(case), case),
                Refused(case) => (refused::CASES.contains(case), case),
            };
            assert!(is_there, "`{name}`: there is no `{what}`");
        }
        Ok(())
    })
}

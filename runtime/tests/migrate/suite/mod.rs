//! What every database passes: each test once for each of them, under its name.

pub(crate) mod checks;
mod comments;
mod going_back;
pub(crate) mod going_on;
mod in_the_way;
mod index_kinds;
mod indexes;
pub(crate) mod nulls;
mod resisting;
pub(crate) mod rollout;
pub(crate) mod side_by_side;

use colmig::migrate::{Error, Goal, Migrator, Outcome, Watch};
use colmig::{Phase, Progress};

use crate::project::Project;

macro_rules! on {
    ($($database:ident)+: $tests:tt) => {
        $(on!(@each $database $tests);)+
    };
    (@each $database:ident { $($theme:ident::$test:ident)+ }) => {
        mod $database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$theme::$test(crate::fixture::Fixture::$database()).await;
                }
            )+
        }
    };
}

on! { sqlite postgres mariadb: {
    rollout::a_column_goes_through_all_six_phases
    rollout::a_new_table_is_finished_at_once
    rollout::instances_are_waited_for_between_stages
    rollout::contract_comes_last
    rollout::any_key_and_any_name
    rollout::status_and_verify_tell_what_is_there
    going_back::abort_leaves_the_schema_as_it_was_in_every_phase
    going_back::a_phase_that_is_half_done_is_undone
    going_back::what_was_written_survives_an_abort
    going_back::the_second_waits_for_the_first_and_is_undone_first
    going_on::a_stopped_backfill_goes_on_where_it_stopped
    going_on::a_run_that_dies_anywhere_is_gone_on_with
    going_on::an_abort_that_dies_anywhere_is_gone_on_with
    in_the_way::a_lock_that_is_held_is_reported_and_waited_for
    in_the_way::patience_ends_and_names_the_command_that_goes_on
    in_the_way::duplicates_are_named_and_mended_by_files_without_searches
    in_the_way::a_rule_that_gives_null_is_held_with_the_keys
    in_the_way::files_that_changed_after_they_began_are_refused
    indexes::indexes_come_and_the_migration_ends_by_itself
    indexes::duplicates_hold_an_index_until_they_are_mended
    indexes::indexes_go_in_contract
    comments::comments_come_with_columns_and_with_tables
    comments::abort_says_again_what_was_said
    resisting::duplicates_are_counted_before_anything_is_tried
    resisting::rows_that_fail_a_check_are_counted_range_by_range
    resisting::orphans_and_nulls_are_named
    resisting::rows_that_went_wrong_since_are_reported_alike
    nulls::null_that_an_old_build_stores_is_filled_until_contract
    nulls::null_without_a_rule_holds_the_migration_with_its_keys
    nulls::abort_leaves_the_schema_as_it_was
    checks::rows_that_fail_a_check_hold_the_migration_and_no_statement_fails
    checks::a_row_that_fails_a_check_since_it_was_searched_is_named
    checks::a_check_that_changes_is_there_before_the_other_goes
    checks::abort_leaves_checks_as_they_were
    side_by_side::two_runs_at_once_do_not_meet
    side_by_side::a_lease_that_ran_out_is_taken_over
    side_by_side::a_run_that_was_cut_off_is_fenced
    side_by_side::two_connect_at_once
} }

/// Indexes of some rows and over expressions, which MariaDB does not have.
mod of_some_rows {
    use super::index_kinds;

    on! { sqlite postgres: {
        index_kinds::an_index_is_what_it_says
        index_kinds::a_new_table_has_them_at_once
        index_kinds::one_that_changes_is_built_before_the_other_goes
        index_kinds::regression_indexes_of_a_replaced_column_are_built_as_they_were
        index_kinds::regression_an_index_is_not_lost_with_a_column_of_its_condition
    } }
}

async fn progress(migrator: &mut Migrator, project: &Project) -> Vec<Progress> {
    let migrations = project.load(migrator.database());
    let status = migrator.status(&migrations).await.unwrap();
    status
        .migrations
        .iter()
        .map(|migration| migration.progress)
        .collect()
}

pub(crate) fn until(phase: Phase) -> Goal {
    Goal {
        until: phase,
        ..Goal::default()
    }
}

pub(crate) async fn run(
    migrator: &mut Migrator,
    project: &Project,
    goal: &Goal,
    watch: &Watch,
) -> Result<Outcome, Error> {
    let migrations = project.load(migrator.database());
    migrator.run(&migrations, goal, watch).await
}

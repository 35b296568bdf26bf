//! The promises, of every state.
//!
//! An access under way stands for a read by its view, and an instance that may begin one for
//! a read at once: so what a read would give is asked in every state, and reading takes no steps.

use colmig_schema::{Phase, Progress};

use crate::model::Protocol;
use crate::state::{Build, Instance, Stand, State};
use crate::table::is_stale;

/// A property, and whether it holds.
pub(crate) type Property = (&'static str, fn(&Protocol, &State) -> bool);

pub(crate) const LOST: &str = "P1 no lost write";
pub(crate) const FAILED: &str = "P2 no failed statement";
pub(crate) const REFUSED: &str = "P2 no refused instance";
pub(crate) const STAGES: &str = "P3 two adjacent stages";
pub(crate) const UNFILLED: &str = "P4 convergence";

/// All of them.
pub(crate) const ALL: [Property; 5] = [
    (LOST, no_lost_write),
    (FAILED, no_failed_statement),
    (REFUSED, no_refused_instance),
    (STAGES, adjacent_stages),
    (UNFILLED, convergence),
];

/// Whatever a live instance reads of a row is the value that was accepted last.
fn no_lost_write(model: &Protocol, state: &State) -> bool {
    let rules = &model.rules;
    let right = |build: Build, stand: Stand| {
        let mut rows = state.db.rows.iter().enumerate();
        rows.all(|(at, row)| {
            let read = rules.read(&state.db, at, build, stand);
            row.truth.is_empty() || read.is_some_and(|value| row.truth.has(value))
        })
    };
    // A read that finds no such column gives nothing, which is the next property's.
    let reads = |build: Build, stand: Stand| {
        !rules.fits_schema(&state.db, build, stand) || right(build, stand)
    };
    state.fleet.iter().all(|instance| {
        let Some(build) = instance.build else {
            return true;
        };
        let now = !rules.may_begin(instance) || reads(build, instance.stand);
        let begun = instance.access.begun();
        let begun = begun.filter(|begun| rules.is_accepted(instance, begun));
        now && begun.is_none_or(|begun| reads(build, begun.stand))
    })
}

/// Every view by which a live instance chooses a statement, or has chosen one that is under way.
fn views<'a>(
    model: &'a Protocol,
    instance: &'a Instance,
) -> impl Iterator<Item = (Build, Stand)> + 'a {
    let rules = &model.rules;
    let now = (rules.may_begin(instance) && rules.is_live(instance)).then_some(instance.stand);
    let begun = instance.access.begun();
    let begun = begun.filter(|begun| rules.is_live_since(instance, begun));
    let stands = now.into_iter().chain(begun.map(|begun| begun.stand));
    stands.filter_map(move |stand| Some((instance.build?, stand)))
}

/// The statements of live instances meet the columns that they name, and no NULL where none may be.
fn no_failed_statement(model: &Protocol, state: &State) -> bool {
    let mut views = state.fleet.iter().flat_map(|of| views(model, of));
    views.all(|(build, stand)| model.rules.fits_schema(&state.db, build, stand))
}

/// No build that was live when the executor looked at a gate is refused for what came after.
fn no_refused_instance(model: &Protocol, state: &State) -> bool {
    let refused =
        |instance: &Instance| model.rules.is_live(instance) && !instance.fits && !instance.late;
    !state.fleet.iter().any(refused)
}

/// The stages of live instances are the same or next to each other.
fn adjacent_stages(model: &Protocol, state: &State) -> bool {
    let mut stages = [u8::MAX, 0];
    for (_, stand) in state.fleet.iter().flat_map(|of| views(model, of)) {
        let stage = stand.stage as u8;
        stages = [stages[0].min(stage), stages[1].max(stage)];
    }
    stages[1] <= stages[0].saturating_add(1)
}

/// From constrain to contract every target is what the rule gives. Without a trigger, a
/// writer whose lease had run out may have written one side since.
fn convergence(_: &Protocol, state: &State) -> bool {
    match state.db.progress {
        Progress::Running(Phase::Constrain | Phase::SwitchReads)
        | Progress::Done(Phase::Constrain | Phase::SwitchReads) => state
            .db
            .rows
            .iter()
            .all(|row| !is_stale(row) || row.strayed),
        _ => true,
    }
}

//! The spans of `tracing`, with the names and fields that `docs/metrics.md` lists.

use tracing::Span;
use tracing::field::Empty;

use colmig_schema::Database;

use super::error::Place;

/// A command that holds the run lock, from the moment it has it.
pub(super) fn run(command: &'static str, database: Database) -> Span {
    tracing::info_span!(target: "colmig::migrate", "colmig.run", command, database = database.name())
}

/// A step that is done, with what it came to.
pub(super) fn step(place: &Place) -> Span {
    tracing::info_span!(
        target: "colmig::migrate",
        "colmig.step",
        migration = place.migration,
        phase = place.phase.name(),
        step = place.step,
        rows = Empty,
        statements = Empty,
    )
}

/// A batch of so many rows, with what it came to.
pub(super) fn batch(place: &Place, rows: u64) -> Span {
    tracing::debug_span!(
        target: "colmig::migrate",
        "colmig.batch",
        step = place.step,
        rows,
        covered = Empty,
        changed = Empty,
    )
}

//! The steps in MongoDB's words: commands as documents.

use crate::script::Step;
use crate::step::Action;

/// The step, as MongoDB does it; none if it has no form of it there.
pub(super) fn render(_action: &Action, _migration: &str) -> Option<Step> {
    None
}

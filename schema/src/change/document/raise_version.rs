//! The version of the model that documents satisfy, which goes up with a change of its fields.
//!
//! Every document says in a field which version it satisfies: it has all that this version says, with the
//! values that it says, and may have more. That stays true while builds of several versions write:
//!
//! * whoever writes a whole document writes its own version;
//! * whoever sets some fields lowers what is there to its own version, and never raises it: what it does not
//!   know may be stale from then on, and what it has not seen may be missing;
//! * the pass of the migration raises what is lower, behind all that fills documents, when builds that would
//!   lower it again are gone. So the change is uncovered, also where nothing is filled;
//! * an abort lowers it in the very update that takes a field out, and in all others as well.

use crate::collection::{Raised, Rewritten};
use crate::step::PlannedStep;
use crate::{Database, fleet};

use super::{Passage, rewritten};
use crate::change::{Change, Flights, Refusal};

/// The version goes up by one.
#[derive(Clone, Debug)]
pub struct RaiseVersion {
    passage: Passage,
    raised: Raised,
    known_as: String,
}

impl RaiseVersion {
    /// To what `passage` raises it.
    pub fn new(passage: Passage, raised: Raised) -> Self {
        RaiseVersion {
            passage,
            known_as: fleet::version(&raised.field, raised.to),
            raised,
        }
    }
}

impl Change for RaiseVersion {
    fn kind(&self) -> &'static str {
        "raise_version"
    }

    fn table(&self) -> &str {
        &self.passage.new.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        vec![&self.known_as]
    }

    fn is_covered(&self) -> bool {
        false
    }

    fn raises(&self) -> Option<u32> {
        Some(self.raised.to)
    }

    fn summary(&self) -> String {
        format!(
            "raise `{}` of `{}` to {}",
            self.raised.field,
            self.table(),
            self.raised.to
        )
    }

    fn slug(&self) -> String {
        format!("{}_version_{}", self.table(), self.raised.to)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let field = self.raised.field.as_str();
        let mut steps = self.passage.steps(&[], &[]);
        let raise = Rewritten::Raise(self.raised.clone());
        steps.extend(rewritten(self.table(), field, &raise));
        Ok(steps)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

//! A model of the protocol by which a column of a live database is replaced: the executor, the
//! instances of the application, and the database between them, checked exhaustively.
//!
//! Every order in which the small steps of all of them can follow each other is tried, up to
//! bounds on what makes their number grow without end. The rules are not told here a second
//! time: they are the functions of `colmig_schema` that the runtime calls. See `docs/protocol.md`.

#![forbid(unsafe_code)]

mod action;
mod check;
mod executor;
mod fleet;
mod model;
mod properties;
mod rules;
mod scenario;
mod state;
mod table;

pub use check::{Checked, Trace, check, convict};
pub use model::{Occasion, Protocol};
pub use rules::{Rule, Rules};
pub use scenario::{FULL, MUTANTS, Mutant, PROPERTIES, SHORT, Scenario};
pub use state::Left;

//! Internal to [colmig](https://docs.rs/colmig): the model, the snapshot, the difference
//! between two states of the models, the plan, and its rendering for each database.
//!
//! Pure data and functions. Nothing here does I/O, reads a clock or the environment, or
//! knows a driver; nothing here is async.
//!
//! | feature | brings | for |
//! | --- | --- | --- |
//! | `parse` | models out of Rust sources, and the derive's code for them, with syn | the derive and `cargo colmig` |
//! | `files` | the snapshot, migrations and their checksums | `cargo colmig` and the runtime |
//! | `plan` | changes, plans and their rendering, with an SQL parser | `cargo colmig generate` |

#![forbid(unsafe_code)]

pub mod access;
pub mod comparison;
mod database;
pub mod dependents;
pub mod document;
mod escape;
#[cfg(feature = "parse")]
pub mod expand;
pub mod fleet;
pub mod model;
#[cfg(any(feature = "parse", feature = "plan"))]
mod nearest;
#[cfg(feature = "parse")]
pub mod parse;
mod phase;
pub mod precheck;
pub mod protocol;
pub mod reads;
pub mod record;
pub mod render;
pub mod script;
pub mod template;

#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "files")]
pub mod live;
#[cfg(feature = "files")]
pub mod migration;
#[cfg(feature = "files")]
pub mod snapshot;

#[cfg(feature = "plan")]
mod aggregation;
#[cfg(feature = "plan")]
mod capability;
#[cfg(feature = "plan")]
pub mod change;
#[cfg(feature = "plan")]
pub mod collection;
#[cfg(feature = "plan")]
pub mod diff;
#[cfg(feature = "plan")]
mod json;
#[cfg(feature = "plan")]
pub mod plan;
#[cfg(feature = "plan")]
pub mod sql;
#[cfg(feature = "plan")]
pub mod step;

pub use database::{Database, Nouns, Sql, UnknownDatabase};
pub use model::Model;
#[cfg(any(feature = "parse", feature = "plan"))]
pub use nearest::nearest;
pub use phase::{IllegalTransition, Phase, Progress, Side, Sides, Stage, UnknownPhase};
pub use reads::Reads;
pub use record::Record;
pub use template::Template;

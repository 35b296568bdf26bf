//! Executes migrations: the six phases, on a live database.
//!
//! [`load()`] reads a folder of migrations, [`Migrator`] executes them. Nothing here
//! prints: what happens is told as [`Event`]s, and what became of it as an [`Outcome`].
//!
//! ```no_run
//! use std::path::Path;
//! use colmig::Database;
//! use colmig::migrate::{self, Goal, Migrator, Settings, Watch};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let migrations = migrate::load(Path::new("migrations"), Database::Sqlite)?;
//! let mut migrator = Migrator::connect("sqlite:app.db", Settings::default()).await?;
//! let watch = Watch::new(|event| eprintln!("{event}"));
//! let outcome = migrator.run(&migrations, &Goal::default(), &watch).await?;
//! # let _ = outcome;
//! # Ok(()) }
//! ```
//!
//! # What can be relied on
//!
//! - **One run at a time.** A run holds a lease in the table `colmig_lock`, renews it
//!   while it works, and is fenced off if it could not: a transaction of colmig's commits
//!   only while the lease is its own.
//! - **A crash is harmless.** A step and the record that it is done are one transaction;
//!   what no transaction may hold is written down first and can be repeated. The same
//!   command given again goes on.
//! - **Nobody queues up behind it.** A statement for whose lock others would wait gives
//!   up after [`Settings::lock_timeout`], reports who is in the way, pauses for a second
//!   and more, and tries again. Concurrent index builds and the validation of constraints
//!   hold nobody up while they wait, and wait for [`Settings::alone_timeout`].
//! - **Instances keep pace.** After each stage that is published, nothing is done before
//!   every live instance of the application has acknowledged it, or its lease has run out.
//!
//! An autovacuum in the way of a statement makes way by itself: the next try first takes a
//! lock that holds up neither readers nor writers, and for which the server cancels it.
//!
//! # Roles and connections
//!
//! The role of the URL owns the tables that change. The application's needs no more than to
//! read `colmig_migration`, which holds names and phases, and to write `colmig_instance`, in
//! which each of its processes holds a lease; every role may.
//!
//! It works through a pooler in transaction mode, but for concurrent index builds on
//! PostgreSQL, which set a time-out for their session: give it a direct connection where
//! there is one. `statement_timeout` is switched off for colmig's own statements.

mod adopt;
mod backfill;
mod blocker;
mod compare;
mod conversion_status;
mod convert;
mod driver;
mod error;
mod estimate;
mod event;
mod executor;
mod fleet;
mod fleet_status;
mod gate;
mod introspect;
mod load;
mod lock;
mod lookout;
mod measure;
mod migrator;
mod outcome;
mod resisting;
mod retry;
mod session;
mod settings;
mod settle;
mod spans;
mod status;
mod steps;
mod store;
mod switch;
mod tune;
mod tuning;
mod verify;
mod watch;
mod window;

pub use backfill::{Brake, Brakes, Bytes, Hold, Looking, Reading, VacuumBrake};
pub use blocker::Blocker;
pub use compare::Compared;
pub use conversion_status::ConversionStatus;
pub use error::{Error, ErrorKind, Place};
pub use estimate::{Estimate, LOG_WITHIN, estimate};
pub use event::{Event, ProbeLatency};
pub use fleet::Holding;
pub use fleet_status::{BuildStatus, FleetStatus, GateStatus};
pub use introspect::Inspector;
pub use load::{LoadError, Migration, load, load_without};
pub use migrator::Migrator;
pub use outcome::{AuditEntry, Goal, Mismatch, Outcome, RunLock};
pub use resisting::Resisting;
pub use settings::{Settings, UserTriggers};
pub use status::{
    MigrationStatus, MissingStatus, ReadsStatus, Status, StepProgress, StepStatus, WorkingProcess,
};
pub use switch::Switching;
pub use tune::Tunings;
pub use tuning::{Tuned, Tuning};
pub use verify::{Check, Repair, Verification, Verifying};
pub use watch::{Stop, Watch};
pub use window::{Day, Window};

//! The small steps of which a rollout is made, and how a trace tells them.

use std::fmt;

use colmig_schema::{Progress, Reads};

use crate::state::{Build, State, Value};

/// One small step of one of those who take part. An instance is named by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A process starts: it takes a lease and reads what is published.
    Start(usize, Build),
    /// A process ends, by whatever: what it had under way is gone, a transaction is rolled back.
    Crash(usize),
    /// A lease gets older and is not renewed: the process is stopped, cut off, or slow.
    Lapse(usize),
    /// A lease is renewed, and what is published is read.
    Renew(usize),
    /// What is published is read.
    Learn(usize),
    /// An access begins: it chooses its view.
    Begin(usize),
    /// The statement of an access is executed, and committed with it or left open.
    Write {
        /// The instance.
        at: usize,
        /// The row.
        row: usize,
        /// The value.
        value: Value,
        /// Whether it is part of a transaction.
        open: bool,
    },
    /// The transaction of an access commits.
    Commit(usize),
    /// The answer of an access arrives; or a transaction is rolled back; or nothing was written.
    End(usize),
    /// The executor sees that every live instance has arrived.
    Settle,
    /// The executor sees that no instance keeps the gate closed.
    LookAtGate,
    /// The executor writes down which transactions are open.
    TakeHorizon,
    /// The executor sees that they have ended.
    Outlive,
    /// The executor publishes a progress.
    Publish(Progress),
    /// The executor does the step of the phase.
    Step,
    /// The executor fills a row.
    Fill(usize),
    /// The executor undoes the step of the phase.
    Undo,
    /// Somebody asks for the migration to be aborted.
    Abort,
    /// Somebody moves the read switch.
    Switch(Reads),
    /// An instance moves the read switch back to legacy: it has compared the two sides, and
    /// takes them to differ.
    SwitchBack,
    /// The executor dies.
    Die,
    /// The executor is run again.
    Resume,
}

/// An action in the state in which it is taken, in words.
pub(crate) struct Told<'a>(pub(crate) &'a State, pub(crate) Action);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told(state, action) = self;
        let who = |at: usize| {
            let instance = &state.fleet[at];
            let build = match instance.build {
                Some(build) => told(build),
                None => "none",
            };
            format!("instance {} ({build})", instance.name.0)
        };
        match *action {
            Action::Start(at, build) => write!(
                f,
                "instance {} starts, of the build {}, and takes a lease",
                state.fleet[at].name.0,
                told(build)
            ),
            Action::Crash(at) => write!(f, "{} crashes", who(at)),
            Action::Lapse(at) => write!(f, "{} is stopped; its lease gets older", who(at)),
            Action::Renew(at) => write!(f, "{} renews its lease", who(at)),
            Action::Learn(at) => write!(f, "{} reads what is published", who(at)),
            Action::Begin(at) => write!(
                f,
                "{} begins an access, in the stage {:?}",
                who(at),
                state.fleet[at].stand.stage
            ),
            Action::Write {
                at,
                row,
                value,
                open,
            } => write!(
                f,
                "{} writes {value:?} to row {}{}",
                who(at),
                row + 1,
                if open { ", in a transaction" } else { "" }
            ),
            Action::Commit(at) => write!(f, "the transaction of {} commits", who(at)),
            Action::End(at) => write!(f, "the access of {} ends", who(at)),
            Action::Settle => f.write_str("executor: every live instance has arrived"),
            Action::LookAtGate => f.write_str("executor: no instance holds the gate"),
            Action::TakeHorizon => f.write_str("executor: writes down which transactions are open"),
            Action::Outlive => f.write_str("executor: those transactions have ended"),
            Action::Publish(progress) => write!(f, "executor: publishes `{progress}`"),
            Action::Step => write!(f, "executor: does the step of `{}`", state.db.progress),
            Action::Fill(row) => write!(f, "executor: fills row {}", row + 1),
            Action::Undo => write!(f, "executor: undoes a step, `{}`", state.db.progress),
            Action::Abort => write!(f, "somebody aborts the migration, `{}`", state.db.progress),
            Action::Switch(reads) => write!(f, "somebody switches reads to {reads}"),
            Action::SwitchBack => f.write_str("an instance switches reads back to legacy"),
            Action::Die => f.write_str("executor: dies"),
            Action::Resume => f.write_str("executor: is run again"),
        }
    }
}

const fn told(build: Build) -> &'static str {
    match build {
        Build::Before => "before",
        Build::During => "during",
        Build::After => "after",
    }
}

//! The six phases, how far a migration is, and what an application may do then.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of the six steps of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The column is added, with nothing that could lock or rewrite the table.
    Expand,
    /// Every writer writes the column: accessors, and a trigger for all others.
    DualWrite,
    /// Old rows are filled in batches.
    Backfill,
    /// NOT NULL, checks, unique and other indexes.
    Constrain,
    /// Reads move from legacy to target.
    SwitchReads,
    /// What served the rollout only is removed.
    Contract,
}

impl Phase {
    /// All six, in order.
    pub const ALL: [Phase; 6] = [
        Phase::Expand,
        Phase::DualWrite,
        Phase::Backfill,
        Phase::Constrain,
        Phase::SwitchReads,
        Phase::Contract,
    ];

    /// The last phase that `run` enters: the next is entered by `contract`, which cannot be undone.
    pub const LAST_OF_RUN: Phase = Phase::SwitchReads;

    /// The name, as commands and files spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Phase::Expand => "expand",
            Phase::DualWrite => "dual-write",
            Phase::Backfill => "backfill",
            Phase::Constrain => "constrain",
            Phase::SwitchReads => "switch-reads",
            Phase::Contract => "contract",
        }
    }

    /// The number, from 1 to 6.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The name of the phase's file in a migration, without its ending: `3_backfill`.
    pub fn file_stem(self) -> String {
        format!("{}_{}", self.number(), self.name().replace('-', "_"))
    }

    /// The phase after this one.
    pub fn next(self) -> Option<Phase> {
        Phase::ALL.get(self as usize + 1).copied()
    }

    /// The phase before this one.
    pub fn previous(self) -> Option<Phase> {
        (self as usize)
            .checked_sub(1)
            .map(|index| Phase::ALL[index])
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no phase: use expand, dual-write, backfill, constrain, switch-reads or contract")]
pub struct UnknownPhase(pub String);

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Phase::ALL
            .into_iter()
            .find(|phase| phase.name() == name)
            .ok_or_else(|| UnknownPhase(name.to_owned()))
    }
}

/// How far a migration is on one database.
///
/// A transition consumes the state and gives the next; one that is not allowed
/// is an [`IllegalTransition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", content = "phase", rename_all = "kebab-case")]
pub enum Progress {
    /// Nothing has happened yet.
    Pending,
    /// The steps of a phase are being executed.
    Running(Phase),
    /// The steps of a phase are done, and the next has not been entered.
    Done(Phase),
    /// The steps of a phase are being undone.
    Reverting(Phase),
    /// Everything is undone.
    Aborted,
    /// All six phases are done.
    Finished,
}

/// A transition that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a migration that is {from} cannot {verb}")]
pub struct IllegalTransition {
    /// The state.
    pub from: Progress,
    /// What was asked for.
    pub verb: &'static str,
}

impl Progress {
    /// Enters the next phase.
    pub fn enter(self) -> Result<Progress, IllegalTransition> {
        match self {
            Progress::Pending => Ok(Progress::Running(Phase::Expand)),
            Progress::Done(phase) => phase
                .next()
                .map(Progress::Running)
                .ok_or_else(|| self.refuse("enter another phase")),
            _ => Err(self.refuse("enter another phase")),
        }
    }

    /// The steps of the phase are done.
    pub fn complete(self) -> Result<Progress, IllegalTransition> {
        match self {
            Progress::Running(Phase::Contract) => Ok(Progress::Finished),
            Progress::Running(phase) => Ok(Progress::Done(phase)),
            _ => Err(self.refuse("complete a phase")),
        }
    }

    /// Turns round: the newest phase is undone first.
    pub fn abort(self) -> Result<Progress, IllegalTransition> {
        match self {
            Progress::Running(Phase::Contract) | Progress::Finished => {
                Err(self.refuse("be aborted: what contract removes is gone"))
            }
            Progress::Pending => Ok(Progress::Aborted),
            Progress::Running(phase) | Progress::Done(phase) | Progress::Reverting(phase) => {
                Ok(Progress::Reverting(phase))
            }
            Progress::Aborted => Err(self.refuse("be aborted again")),
        }
    }

    /// The steps of the phase are undone.
    pub fn reverted(self) -> Result<Progress, IllegalTransition> {
        match self {
            Progress::Reverting(phase) => Ok(phase
                .previous()
                .map_or(Progress::Aborted, Progress::Reverting)),
            _ => Err(self.refuse("undo a phase")),
        }
    }

    /// Starts again after an abort.
    pub fn restart(self) -> Result<Progress, IllegalTransition> {
        match self {
            Progress::Aborted => Ok(Progress::Pending),
            _ => Err(self.refuse("start again")),
        }
    }

    /// The phase that is running, done or being undone.
    pub fn phase(self) -> Option<Phase> {
        match self {
            Progress::Running(phase) | Progress::Done(phase) | Progress::Reverting(phase) => {
                Some(phase)
            }
            Progress::Pending | Progress::Aborted | Progress::Finished => None,
        }
    }

    /// Whether the steps of `phase` are done, and not undone since.
    pub fn has_done(self, phase: Phase) -> bool {
        match self {
            Progress::Done(done) => phase <= done,
            Progress::Running(running) => phase < running,
            Progress::Finished => true,
            Progress::Pending | Progress::Aborted | Progress::Reverting(_) => false,
        }
    }

    /// What an application's statements may rely on, given this progress; of a database by name, see
    /// [`Database::stage`](crate::Database::stage).
    pub fn stage(self) -> Stage {
        match self {
            Progress::Pending | Progress::Aborted | Progress::Running(Phase::Expand) => {
                Stage::Absent
            }
            Progress::Done(Phase::Expand) => Stage::Readable,
            Progress::Running(Phase::DualWrite | Phase::Backfill)
            | Progress::Done(Phase::DualWrite | Phase::Backfill) => Stage::Written,
            // Before anything that serves legacy goes, everybody has to do without it.
            Progress::Running(Phase::Contract) | Progress::Finished => Stage::Alone,
            Progress::Running(_) | Progress::Done(_) => Stage::Filled,
            // On the way back every stage is left before what it relies on goes.
            Progress::Reverting(Phase::Expand) => Stage::Absent,
            Progress::Reverting(Phase::DualWrite) => Stage::Readable,
            Progress::Reverting(_) => Stage::Written,
        }
    }

    /// The same on a database in which nothing writes for builds of before: what one of them erases behind
    /// the backfill is found again by `constrain`, and not every document is filled before that is done.
    pub fn stage_of_documents(self) -> Stage {
        match self {
            Progress::Running(Phase::Constrain) => Stage::Written,
            progress => progress.stage(),
        }
    }

    /// Whether whoever finds a row that is not filled may fill it by the rule, as the batches of the
    /// backfill do.
    ///
    /// From the moment on when `backfill` is published: the gate before it is passed in the very
    /// commit that publishes, so no build is live any more that changes what a value is made of
    /// without making it anew. What a transaction of such a build has still open is either
    /// seen by the fill or conflicts with it, row by row. With `constrain` every row is filled, and
    /// an abort takes the values out again: there is nothing to fill then. An instance that has not
    /// heard of the abort yet may go on for as long as it does not know that the stage has
    /// changed, which it is waited for to know before anything is taken out.
    pub fn fills(self) -> bool {
        matches!(
            self,
            Progress::Running(Phase::Backfill) | Progress::Done(Phase::Backfill)
        )
    }

    fn refuse(self, verb: &'static str) -> IllegalTransition {
        IllegalTransition { from: self, verb }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Progress::Pending => f.write_str("pending"),
            Progress::Running(phase) => write!(f, "running {phase}"),
            Progress::Done(phase) => write!(f, "done with {phase}"),
            Progress::Reverting(phase) => write!(f, "undoing {phase}"),
            Progress::Aborted => f.write_str("aborted"),
            Progress::Finished => f.write_str("finished"),
        }
    }
}

/// What the statements of an application may rely on for one column in flight.
///
/// These are the intermediate states of online schema change (Rae et al., *Online,
/// Asynchronous Schema Change in F1*, VLDB 2013), carried from database servers to
/// the instances of an application: two instances in the same or in adjacent stages
/// read back each other's writes, two that are further apart do not. Hence the
/// executor lets every instance arrive in a stage before the next one begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The column may not be there. Nobody writes it; a read gives what the rule gives.
    #[default]
    Absent,
    /// The column is there. It is read where it holds a value, but not written yet.
    Readable,
    /// The column is read and written. Rows that are older may still be empty.
    Written,
    /// Every row holds its value.
    Filled,
    /// The column stands alone: what served the rollout, and the column whose place it
    /// takes, may be gone.
    Alone,
}

impl Stage {
    /// All five, in order.
    pub const ALL: [Stage; 5] = [
        Stage::Absent,
        Stage::Readable,
        Stage::Written,
        Stage::Filled,
        Stage::Alone,
    ];

    /// Which sides of a replaced column an accessor reads and writes, where `flag` says
    /// from which it reads once it may choose.
    pub const fn sides(self, flag: Side) -> Sides {
        match (self, flag) {
            (Stage::Absent | Stage::Readable, _) => Sides::new(Side::Legacy, true, false),
            (Stage::Written, _) | (Stage::Filled, Side::Legacy) => {
                Sides::new(Side::Legacy, true, true)
            }
            (Stage::Filled, Side::Target) => Sides::new(Side::Target, true, true),
            (Stage::Alone, _) => Sides::new(Side::Target, false, true),
        }
    }
}

/// One side of a replaced column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The column whose place is taken.
    #[default]
    Legacy,
    /// The column that takes it.
    Target,
}

/// What an accessor does with the two sides of a replaced column.
///
/// A value is written to both sides by one statement, and only if legacy can hold it: for
/// as long as anybody may read legacy, or the migration may be aborted, a value that would
/// read back as another is refused. So it makes no difference to a reader which side it
/// reads, and an abort loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sides {
    /// The side that is read.
    pub reads: Side,
    /// Whether legacy is written.
    pub writes_legacy: bool,
    /// Whether the target is written.
    pub writes_target: bool,
}

impl Sides {
    const fn new(reads: Side, writes_legacy: bool, writes_target: bool) -> Sides {
        Sides {
            reads,
            writes_legacy,
            writes_target,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_phases_lead_from_pending_to_finished() {
        for stage in [Progress::stage, Progress::stage_of_documents] {
            let mut progress = Progress::Pending;
            let mut stages = vec![stage(progress)];
            while progress != Progress::Finished {
                progress = progress.enter().unwrap();
                stages.push(stage(progress));
                progress = progress.complete().unwrap();
                stages.push(stage(progress));
            }
            assert!(stages.is_sorted());
            assert!(adjacent(&stages));
        }
    }

    #[test]
    fn abort_walks_back_one_stage_at_a_time_from_every_phase() {
        for phase in Phase::ALL
            .into_iter()
            .filter(|phase| *phase < Phase::Contract)
        {
            for start in [Progress::Running(phase), Progress::Done(phase)] {
                for stage in [Progress::stage, Progress::stage_of_documents] {
                    let mut progress = start;
                    let mut stages = vec![stage(progress)];
                    progress = progress.abort().unwrap();
                    while progress != Progress::Aborted {
                        stages.push(stage(progress));
                        progress = progress.reverted().unwrap();
                    }
                    stages.push(stage(progress));
                    stages.reverse();
                    assert!(adjacent(&stages), "from {start}: {stages:?}");
                    assert_eq!(progress.restart(), Ok(Progress::Pending));
                }
            }
        }
    }

    #[test]
    fn contract_is_not_aborted() {
        for state in [Progress::Running(Phase::Contract), Progress::Finished] {
            let error = state.abort().unwrap_err();
            assert!(error.to_string().contains("cannot be aborted"), "{error}");
        }
    }

    #[test]
    fn rows_are_filled_behind_the_gate_of_backfill_and_in_one_stage() {
        let mut progress = Progress::Pending;
        let mut filled = Vec::new();
        while progress != Progress::Finished {
            progress = progress.enter().unwrap();
            filled.extend(progress.fills().then_some(progress));
            progress = progress.complete().unwrap();
            filled.extend(progress.fills().then_some(progress));
        }
        let (first, last) = (
            Progress::Running(Phase::Backfill),
            Progress::Done(Phase::Backfill),
        );
        assert_eq!(filled, [first, last]);
        for progress in filled {
            assert_eq!(progress.stage(), Stage::Written);
            assert!(!progress.abort().unwrap().fills());
        }
    }

    fn adjacent(stages: &[Stage]) -> bool {
        stages
            .windows(2)
            .all(|pair| (pair[0] as i8 - pair[1] as i8).abs() <= 1)
    }
}

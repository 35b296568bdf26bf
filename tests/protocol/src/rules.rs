//! The rules, which are those of the runtime: functions of `colmig_schema`, asked with what
//! the state says. One of them may be taken out, to see that the checker notices.

use std::collections::BTreeMap;
use std::fmt;

use colmig_schema::fleet::{self, Change, Columns, Rollout};
use colmig_schema::{Database, Phase, Progress, Reads, Side, Sides, Stage, protocol, reads};

use crate::state::{Begun, Build, Db, Executor, Gate, INSTANCES, Instance, Lease, Stand};

/// One whose triggers can serve builds of before.
pub(crate) const DATABASE: Database = Database::Postgres;

/// The table, and the migration that is in flight on it.
const TABLE: &str = "people";
const LEGACY: &str = "legacy";
const TARGET: &str = "target";
const MIGRATION: &str = "m";

/// How long a lease lasts. Its unit does not matter.
const LEASE: u64 = 10;

/// A rule that is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The executor waits for the acknowledgement of what it has published.
    AcknowledgementWait,
    /// An instance acknowledges a view when no access of an older one is under way.
    AcknowledgeWhenIdle,
    /// What is answered after the lease ran out is not accepted.
    LeaseFence,
    /// Nor is what is answered in a later lease than the one in which it was begun.
    TermFence,
    /// A renewal after a gap reads what is published anew.
    RenewalReads,
    /// A run that finds a progress waits as if it had published it itself.
    ResumeWaits,
    /// Backfill waits for instances that do not know the change, where no trigger covers them.
    BackfillGate,
    /// A build that does not know the change is refused from backfill on, where no trigger
    /// covers it.
    UncoveredAreRefused,
    /// Contract waits for instances that do not know the change.
    ContractGate,
    /// A gate is looked at once more in the transaction that publishes what comes after it, which
    /// keeps out whoever takes or renews a lease.
    GateWithPublication,
    /// Contract waits for those that have not seen yet where the read switch stands.
    ContractWaitsForSwitch,
    /// Contract waits until everything is read from the target.
    ContractReads,
    /// A build from after the change is refused for as long as others may read legacy.
    AfterWaitsForContract,
    /// Backfill waits for the transactions that began before every writer wrote both sides.
    LastSweep,
    /// Which transactions those are is looked at after backfill is published, when no more
    /// builds come that write one side.
    SweepAfterPublication,
    /// The transactions that may have written the target are waited for before it is dropped.
    SweepBack,
    /// A row is to be filled if its target is not what the rule gives, and not only if it is NULL.
    StaleRows,
    /// A value that legacy cannot hold is refused while anybody may read legacy.
    Reversibility,
    /// Reads come from legacy until every row is filled.
    ReadsWaitForFill,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 19] = [
        Rule::AcknowledgementWait,
        Rule::AcknowledgeWhenIdle,
        Rule::LeaseFence,
        Rule::TermFence,
        Rule::RenewalReads,
        Rule::ResumeWaits,
        Rule::BackfillGate,
        Rule::UncoveredAreRefused,
        Rule::ContractGate,
        Rule::GateWithPublication,
        Rule::ContractWaitsForSwitch,
        Rule::ContractReads,
        Rule::AfterWaitsForContract,
        Rule::LastSweep,
        Rule::SweepAfterPublication,
        Rule::SweepBack,
        Rule::StaleRows,
        Rule::Reversibility,
        Rule::ReadsWaitForFill,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Rule::AcknowledgementWait => "the acknowledgement wait",
            Rule::AcknowledgeWhenIdle => "acknowledging only when no older access is under way",
            Rule::LeaseFence => "the lease fence",
            Rule::TermFence => "the fence between two leases",
            Rule::RenewalReads => "reading the phases anew with a renewal",
            Rule::ResumeWaits => "the wait of a run that finds a progress",
            Rule::BackfillGate => "the gate of backfill",
            Rule::UncoveredAreRefused => "refusing builds that nothing covers",
            Rule::ContractGate => "the gate of contract",
            Rule::GateWithPublication => "looking at the gate in the transaction that publishes",
            Rule::ContractWaitsForSwitch => "contract's wait for the read switch to be seen",
            Rule::ContractReads => "contract's wait for reads from the target",
            Rule::AfterWaitsForContract => "refusing builds from after the change before contract",
            Rule::LastSweep => "the last sweep",
            Rule::SweepAfterPublication => "the last sweep's beginning after the publication",
            Rule::SweepBack => "the sweep on the way back",
            Rule::StaleRows => "the stale-row condition",
            Rule::Reversibility => "the reversibility condition",
            Rule::ReadsWaitForFill => "reading legacy until every row is filled",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The rules, and with which setting they are looked at.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether there is a trigger that keeps both sides the same.
    pub trigger: bool,
    /// The rule that is taken out.
    pub without: Option<Rule>,
    /// Whether a build fits, by the build and by the progress.
    fits: Vec<(Progress, [bool; 3])>,
    /// Whether an instance keeps the gate of a phase closed, by its build.
    holds: [[bool; 3]; 2],
}

impl Rules {
    /// The rules as they are, or without one of them.
    pub fn new(trigger: bool, without: Option<Rule>) -> Rules {
        let refuses = without != Some(Rule::UncoveredAreRefused);
        let change = Change {
            table: TABLE.to_owned(),
            column: Some(TARGET.to_owned()),
            replaces: vec![LEGACY.to_owned()],
            drops: BTreeMap::new(),
            alters: BTreeMap::new(),
            constrains: None,
            gone: None,
            becomes: None,
            uncovered: !trigger && refuses,
        };
        let fits = every_progress().into_iter().map(|progress| {
            let rollout = Rollout {
                migration: MIGRATION.to_owned(),
                progress,
                changes: vec![change.clone()],
            };
            let rollouts = std::slice::from_ref(&rollout);
            let fits = |build| fleet::fit(TABLE, &understood(build), rollouts).is_ok();
            (progress, Build::ALL.map(fits))
        });
        let holds = |phase| {
            Build::ALL.map(|build| {
                let instance = fleet::Instance {
                    expires_at: 1,
                    understands: BTreeMap::from([(TABLE.to_owned(), understood(build))]),
                    ..fleet::Instance::default()
                };
                let change = std::slice::from_ref(&change);
                !fleet::gate(phase, trigger, &[instance], change, 0).is_empty()
            })
        };
        Rules {
            trigger,
            without,
            fits: fits.collect(),
            holds: [holds(Phase::Backfill), holds(Phase::Contract)],
        }
    }

    /// Whether a rule is there.
    pub(crate) fn has(&self, rule: Rule) -> bool {
        self.without != Some(rule)
    }

    /// What the database publishes.
    pub(crate) fn published(&self, db: &Db) -> Stand {
        Stand {
            stage: DATABASE.stage(db.progress),
            reads: db.reads.at(db.progress),
        }
    }

    /// Whether a build can work with the database as it is.
    pub(crate) fn fits(&self, build: Build, progress: Progress) -> bool {
        let known = self.fits.iter().find(|(known, _)| *known == progress);
        let fits = known.is_some_and(|(_, fits)| fits[build as usize]);
        if build == Build::After && !self.has(Rule::AfterWaitsForContract) {
            return progress.has_done(Phase::SwitchReads);
        }
        fits
    }

    /// Whether a build from before that comes now comes when the gate that would have kept it
    /// from being refused is passed.
    pub(crate) fn is_late(&self, progress: Progress) -> bool {
        match progress {
            Progress::Running(Phase::Contract) | Progress::Finished => true,
            Progress::Running(phase) | Progress::Done(phase) => {
                !self.trigger && phase >= Phase::Backfill
            }
            Progress::Reverting(phase) => !self.trigger && phase >= Phase::Constrain,
            _ => false,
        }
    }

    /// Whether an access may begin.
    pub(crate) fn may_begin(&self, instance: &Instance) -> bool {
        instance.build.is_some()
            && instance.fits
            && fleet::may_rely(relied_on_until(), now(instance.lease))
    }

    /// Whether what an access was answered may be relied on.
    pub(crate) fn is_accepted(&self, instance: &Instance, begun: &Begun) -> bool {
        let same_term = begun.same_term || !self.has(Rule::TermFence);
        let (until, now) = (relied_on_until(), now(instance.lease));
        !self.has(Rule::LeaseFence) || fleet::is_accepted(u64::from(same_term), 1, until, now)
    }

    /// Whether a lease has not run out, by the database's clock.
    pub(crate) fn is_live(&self, instance: &Instance) -> bool {
        instance.build.is_some() && fleet::is_live(ends_in(instance.lease), 0)
    }

    /// Whether an access was begun under a lease that is live still.
    pub(crate) fn is_live_since(&self, instance: &Instance, begun: &Begun) -> bool {
        self.is_live(instance) && begun.same_term
    }

    /// Whether a renewal comes after a gap.
    pub(crate) fn comes_late(&self, lease: Lease) -> bool {
        !fleet::is_continuous(relied_on_until(), now(lease))
    }

    /// Whether no live instance is behind.
    ///
    /// That an instance has acknowledged what is published is that it has read it, and that no
    /// access of an older view is under way; it says so at once. So this executor waits for less
    /// than the real one, and does whatever that one does.
    pub(crate) fn all_arrived(&self, fleet: &[Instance; INSTANCES], db: &Db) -> bool {
        if !self.has(Rule::AcknowledgementWait) {
            return true;
        }
        let published = self.published(db);
        let rows = fleet.iter().filter_map(|instance| {
            let build = instance.build?;
            let knows = instance.stand == published
                && instance.fits == self.fits(build, db.progress)
                && self.may_acknowledge(instance);
            Some(fleet::Instance {
                expires_at: ends_in(instance.lease),
                acknowledged: i64::from(knows),
                ..fleet::Instance::default()
            })
        });
        let rows: Vec<fleet::Instance> = rows.collect();
        fleet::behind(&rows, 1, 0).is_empty()
    }

    fn may_acknowledge(&self, instance: &Instance) -> bool {
        let mut under_way = [0; 2];
        if let Some(begun) = instance.access.begun() {
            under_way[usize::from(begun.stand == instance.stand)] = 1;
        }
        fleet::may_acknowledge(&under_way, 1) || !self.has(Rule::AcknowledgeWhenIdle)
    }

    /// Whether the fleet lets the executor enter a phase.
    pub(crate) fn fleet_lets_enter(&self, phase: Phase, fleet: &[Instance; INSTANCES]) -> bool {
        let (holds, rule) = match phase {
            Phase::Backfill => (self.holds[0], Rule::BackfillGate),
            Phase::Contract => (self.holds[1], Rule::ContractGate),
            _ => return true,
        };
        let held = |instance: &Instance| {
            let build = instance.build;
            self.is_live(instance) && build.is_some_and(|build| holds[build as usize])
        };
        !self.has(rule) || !fleet.iter().any(held)
    }

    /// Whether the read switch lets the executor enter a phase.
    pub(crate) fn reads_let_enter(&self, phase: Phase, reads: Reads) -> bool {
        phase != Phase::Contract || reads == Reads::Target || !self.has(Rule::ContractReads)
    }

    /// Whether everybody has seen what a phase relies on beside the stage.
    pub(crate) fn arrivals_let_enter(
        &self,
        phase: Phase,
        fleet: &[Instance; INSTANCES],
        db: &Db,
    ) -> bool {
        phase != Phase::Contract
            || !self.has(Rule::ContractWaitsForSwitch)
            || self.all_arrived(fleet, db)
    }

    /// Whether writers that are under way have to end before a phase is entered.
    pub(crate) fn outlives_writers_before(&self, phase: Phase) -> bool {
        !self.has(Rule::SweepAfterPublication) && protocol::outlives_writers(phase)
    }

    /// Whether writers that are under way have to end before the steps of a phase are done.
    pub(crate) fn outlives_writers(&self, phase: Phase) -> bool {
        self.has(Rule::LastSweep)
            && self.has(Rule::SweepAfterPublication)
            && protocol::outlives_writers(phase)
    }

    /// Whether writers that are under way have to end before the steps of a phase are undone.
    pub(crate) fn outlives_writers_back(&self, phase: Phase) -> bool {
        self.has(Rule::SweepBack) && protocol::outlives_writers_back(phase)
    }

    /// Whether the read switch may be moved. Comparisons have found no two values: that they
    /// never do is what is checked.
    pub(crate) fn may_switch(&self, db: &Db, to: Reads) -> bool {
        to != db.reads
            && reads::switch(db.progress, db.reads, to, reads::Evidence::default()).is_ok()
    }

    /// A run that begins.
    pub(crate) fn resumed(&self, db: &Db) -> Executor {
        let unsettled =
            self.has(Rule::ResumeWaits) && protocol::may_be_unsettled(DATABASE, db.progress);
        Executor {
            up: true,
            settled: !unsettled,
            gate: Gate::Closed,
        }
    }

    /// Which sides the statements of a build read and write.
    pub(crate) fn sides(&self, build: Build, stand: Stand, row: usize) -> Sides {
        match build {
            Build::Before => plain(Side::Legacy),
            Build::After => plain(Side::Target),
            Build::During => {
                let mut sides = stand.stage.sides(stand.reads.side(bucket(row)));
                if stand.stage == Stage::Written && !self.has(Rule::ReadsWaitForFill) {
                    sides.reads = Side::Target;
                }
                sides
            }
        }
    }
}

/// The statements of a model with nothing in flight.
const fn plain(side: Side) -> Sides {
    Sides {
        reads: side,
        writes_legacy: matches!(side, Side::Legacy),
        writes_target: matches!(side, Side::Target),
    }
}

/// What a build says that it understands, in the words of `runtime/src/fleet/told.rs`.
fn understood(build: Build) -> Columns {
    let flight = || Some(MIGRATION.to_owned());
    let columns = match build {
        Build::Before => vec![(LEGACY, None)],
        Build::During => vec![(LEGACY, flight()), (TARGET, flight())],
        Build::After => vec![(TARGET, None)],
    };
    let columns = columns.into_iter();
    columns
        .map(|(name, flight)| (name.to_owned(), flight))
        .collect()
}

fn every_progress() -> Vec<Progress> {
    let of = |phase| {
        [
            Progress::Running(phase),
            Progress::Done(phase),
            Progress::Reverting(phase),
        ]
    };
    let mut all = vec![Progress::Pending, Progress::Aborted, Progress::Finished];
    all.extend(Phase::ALL.into_iter().flat_map(of));
    all
}

/// The bucket of a row: they fall on both sides of a share.
const fn bucket(row: usize) -> u16 {
    match row {
        0 => 0,
        _ => 5_000,
    }
}

/// The time since a lease was asked for.
const fn now(lease: Lease) -> u64 {
    match lease {
        Lease::Held => 0,
        Lease::Doubtful => LEASE - 1,
        Lease::Over => LEASE,
    }
}

const fn relied_on_until() -> u64 {
    fleet::relied_on_until(0, LEASE)
}

/// In how long a lease ends, as the executor counts.
const fn ends_in(lease: Lease) -> i64 {
    match lease {
        Lease::Held => LEASE as i64,
        Lease::Doubtful => 1,
        Lease::Over => 0,
    }
}

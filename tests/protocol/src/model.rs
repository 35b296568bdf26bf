//! The model as the checker sees it: states, actions, and what was met on the way.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use colmig_schema::{Phase, Progress, Reads, Side};
use stateright::{Model, Property};

use crate::action::Action;
use crate::rules::Rules;
use crate::state::{
    Build, Db, Executor, Gate, INSTANCES, Instance, Lease, Left, Row, Stand, State, Value, Values,
};
use crate::{executor, fleet, properties};

/// The protocol, under some rules and within some bounds.
#[derive(Debug)]
pub struct Protocol {
    /// The rules.
    pub rules: Rules,
    /// The bounds.
    pub left: Left,
    met: [AtomicU64; Occasion::ALL.len()],
}

/// Something that has to happen in some of the states, or the checker has proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A migration came to its end.
    Finished,
    /// A migration was taken back.
    Aborted,
    /// An abort was asked for in a phase.
    AbortedFrom(Phase),
    /// The executor was run again after it had died.
    Resumed,
    /// One live instance read legacy while another read the target.
    ReadBothSides,
    /// A live instance of a build from before wrote while others read the target.
    BeforeBesideTarget,
    /// Instances of the build from after and of the one before it were live.
    AfterBesideDuring,
    /// An instance moved the read switch back.
    SwitchedBack,
    /// A statement was executed when the lease under which it was begun had run out.
    WrittenWithoutLease,
    /// A write was executed and not accepted, for its lease had not held.
    WriteNotAccepted,
    /// A transaction committed in another stage than that by which it had written.
    CommittedAcrossStages,
    /// The executor found transactions open that it had to wait for.
    WaitedForOlder,
    /// A row was filled that held a value already.
    StaleRowFilled,
    /// A value was refused because legacy cannot hold it.
    ValueRefused,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Occasion; 18] = [
        Occasion::Finished,
        Occasion::Aborted,
        Occasion::AbortedFrom(Phase::Expand),
        Occasion::AbortedFrom(Phase::DualWrite),
        Occasion::AbortedFrom(Phase::Backfill),
        Occasion::AbortedFrom(Phase::Constrain),
        Occasion::AbortedFrom(Phase::SwitchReads),
        Occasion::Resumed,
        Occasion::ReadBothSides,
        Occasion::BeforeBesideTarget,
        Occasion::AfterBesideDuring,
        Occasion::SwitchedBack,
        Occasion::WrittenWithoutLease,
        Occasion::WriteNotAccepted,
        Occasion::CommittedAcrossStages,
        Occasion::WaitedForOlder,
        Occasion::StaleRowFilled,
        Occasion::ValueRefused,
    ];
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Occasion::Finished => "a migration is finished",
            Occasion::Aborted => "a migration is taken back",
            Occasion::AbortedFrom(phase) => return write!(f, "an abort is asked for in {phase}"),
            Occasion::Resumed => "a dead executor is run again",
            Occasion::ReadBothSides => "live instances read different sides",
            Occasion::BeforeBesideTarget => {
                "a build from before is live while others read the target"
            }
            Occasion::AfterBesideDuring => "a build from after is live beside one in flight",
            Occasion::SwitchedBack => "an instance switches reads back",
            Occasion::WrittenWithoutLease => "a statement is executed after its lease ran out",
            Occasion::WriteNotAccepted => "a write is executed and not accepted",
            Occasion::CommittedAcrossStages => "a transaction commits in a later stage",
            Occasion::WaitedForOlder => "the executor waits for older transactions",
            Occasion::StaleRowFilled => "a row that held a value is filled",
            Occasion::ValueRefused => "a value that legacy cannot hold is refused",
        })
    }
}

impl Protocol {
    /// The protocol under these rules, within these bounds.
    pub fn new(rules: Rules, left: Left) -> Protocol {
        Protocol {
            rules,
            left,
            met: [const { AtomicU64::new(0) }; Occasion::ALL.len()],
        }
    }

    /// In how many transitions something was met.
    pub fn times(&self, occasion: Occasion) -> u64 {
        let place = Occasion::ALL.iter().position(|known| *known == occasion);
        place.map_or(0, |place| self.met[place].load(Ordering::Relaxed))
    }

    pub(crate) fn met(&self, occasion: Occasion) {
        let place = Occasion::ALL.iter().position(|known| *known == occasion);
        if let Some(place) = place {
            self.met[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn met_if(&self, condition: bool, occasion: Occasion) {
        if condition {
            self.met(occasion);
        }
    }

    /// Looks at how the builds and the sides mix.
    fn look(&self, state: &State) {
        let mut builds = [false; 3];
        let mut sides = [false; 2];
        for instance in &state.fleet {
            if let (Some(build), true) = (instance.build, self.rules.may_begin(instance)) {
                builds[build as usize] = true;
                if build == Build::During {
                    let reads = self.rules.sides(build, instance.stand, 0).reads;
                    sides[usize::from(reads == Side::Target)] = true;
                }
            }
        }
        self.met_if(sides == [true; 2], Occasion::ReadBothSides);
        self.met_if(builds[0] && sides[1], Occasion::BeforeBesideTarget);
        self.met_if(builds[1] && builds[2], Occasion::AfterBesideDuring);
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    /// A row that a build from before has written, one such instance, and one of the next build.
    fn init_states(&self) -> Vec<State> {
        let runs = |name, build| Instance {
            build: Some(build),
            lease: Lease::Held,
            stand: Stand::ABSENT,
            fits: true,
            ..Instance::none(name)
        };
        let fleet: [Instance; INSTANCES] = [
            runs(1, Build::Before),
            runs(2, Build::During),
            Instance::none(3),
        ];
        let mut state = State {
            db: Db {
                progress: Progress::Pending,
                reads: Reads::Legacy,
                legacy: true,
                target: false,
                trigger: false,
                filled: false,
                required: false,
                horizon: false,
                rows: [
                    Row {
                        legacy: Some(Value::Ada),
                        truth: Values::only(Value::Ada),
                        ..Row::default()
                    },
                    Row::default(),
                ],
            },
            executor: Executor {
                up: true,
                settled: true,
                gate: Gate::Closed,
            },
            fleet,
            left: self.left,
        };
        state.sort();
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        executor::actions(&self.rules, state, actions);
        let mut last = None;
        for at in 0..INSTANCES {
            // Two that are the same do the same.
            if last != Some(state.fleet[at]) {
                fleet::actions(&self.rules, state, at, actions);
            }
            last = Some(state.fleet[at]);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match executor::act(self, &mut next, action) {
            Some(()) => {}
            None => fleet::act(self, &mut next, action)?,
        }
        next.sort();
        self.look(&next);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Protocol>> {
        properties::ALL
            .map(|(name, holds)| Property::always(name, holds))
            .to_vec()
    }
}

//! Within which bounds the checker looks, and what it has to find.

use std::fmt;

use crate::model::Protocol;
use crate::properties::{FAILED, LOST, REFUSED, STAGES, UNFILLED};
use crate::rules::{Rule, Rules};
use crate::state::Left;

/// A setting of the migration, and bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Whether a trigger keeps both sides the same.
    pub trigger: bool,
    /// How often what makes the space of states large may happen.
    pub left: Left,
}

const fn scenario(trigger: bool, [writes, starts, lapses, deaths, switches]: [u8; 5]) -> Scenario {
    Scenario {
        trigger,
        left: Left {
            writes,
            starts,
            lapses,
            deaths,
            switches,
        },
    }
}

/// What the test suite looks at. Everything that can be met is met in one of them.
pub const SHORT: [Scenario; 5] = [
    scenario(true, [1, 1, 0, 1, 1]),
    scenario(true, [1, 0, 1, 0, 1]),
    scenario(true, [1, 0, 0, 0, 2]),
    scenario(true, [2, 0, 0, 0, 1]),
    scenario(false, [1, 0, 1, 0, 1]),
];

/// What `cargo xtask model` looks at.
pub const FULL: [Scenario; 6] = [
    scenario(true, [1, 1, 1, 0, 1]),
    scenario(true, [1, 1, 0, 1, 1]),
    scenario(true, [1, 0, 1, 0, 2]),
    scenario(true, [2, 0, 0, 1, 1]),
    scenario(false, [1, 1, 1, 0, 0]),
    scenario(false, [1, 0, 1, 1, 1]),
];

/// A rule that is taken out, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    /// The rule.
    pub rule: Rule,
    /// Where the checker looks.
    pub scenario: Scenario,
    /// The property that does not hold any more; none if the rule is not needed here.
    pub violates: Option<&'static str>,
}

const fn mutant(
    rule: Rule,
    trigger: bool,
    left: [u8; 5],
    violates: Option<&'static str>,
) -> Mutant {
    Mutant {
        rule,
        scenario: scenario(trigger, left),
        violates,
    }
}

/// Every rule, taken out.
///
/// Without the sweep on the way back nothing is lost here: what a transaction writes to the target
/// of a replaced column stands in legacy as well. The rule is there for added columns.
pub const MUTANTS: [Mutant; Rule::ALL.len()] = [
    mutant(
        Rule::AcknowledgementWait,
        true,
        [1, 0, 0, 0, 0],
        Some(STAGES),
    ),
    mutant(
        Rule::AcknowledgeWhenIdle,
        true,
        [1, 0, 0, 0, 0],
        Some(STAGES),
    ),
    mutant(Rule::LeaseFence, false, [1, 0, 1, 0, 1], Some(LOST)),
    mutant(Rule::TermFence, false, [1, 0, 1, 0, 1], Some(LOST)),
    mutant(Rule::RenewalReads, true, [0, 0, 1, 0, 0], Some(STAGES)),
    mutant(Rule::ResumeWaits, true, [0, 0, 0, 1, 0], Some(STAGES)),
    mutant(Rule::BackfillGate, false, [1, 0, 0, 0, 0], Some(REFUSED)),
    mutant(
        Rule::UncoveredAreRefused,
        false,
        [1, 1, 0, 0, 0],
        Some(UNFILLED),
    ),
    mutant(Rule::ContractGate, true, [0, 0, 0, 0, 1], Some(REFUSED)),
    mutant(
        Rule::GateWithPublication,
        true,
        [1, 1, 0, 0, 1],
        Some(REFUSED),
    ),
    mutant(
        Rule::ContractWaitsForSwitch,
        true,
        [1, 1, 0, 1, 1],
        Some(LOST),
    ),
    mutant(Rule::ContractReads, true, [1, 1, 0, 0, 1], Some(LOST)),
    mutant(
        Rule::AfterWaitsForContract,
        true,
        [1, 1, 0, 0, 0],
        Some(UNFILLED),
    ),
    mutant(Rule::LastSweep, false, [1, 0, 1, 0, 0], Some(UNFILLED)),
    mutant(
        Rule::SweepAfterPublication,
        false,
        [1, 1, 1, 0, 0],
        Some(UNFILLED),
    ),
    mutant(Rule::SweepBack, false, [1, 0, 1, 0, 0], None),
    mutant(Rule::StaleRows, true, [2, 0, 0, 0, 0], Some(UNFILLED)),
    mutant(Rule::Reversibility, true, [1, 0, 0, 0, 0], Some(LOST)),
    mutant(Rule::ReadsWaitForFill, true, [0, 0, 0, 0, 0], Some(LOST)),
];

/// The names of the properties.
pub const PROPERTIES: [&str; 5] = [LOST, FAILED, REFUSED, STAGES, UNFILLED];

impl Scenario {
    /// The protocol as it is, or without a rule.
    pub fn protocol(self, without: Option<Rule>) -> Protocol {
        Protocol::new(Rules::new(self.trigger, without), self.left)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Left {
            writes,
            starts,
            lapses,
            deaths,
            switches,
        } = self.left;
        let trigger = if self.trigger { "with" } else { "without" };
        write!(
            f,
            "{trigger} the trigger; writes {writes}, processes started {starts}, leases that lapse {lapses}, \
             deaths of the executor {deaths}, moves of the read switch {switches}"
        )
    }
}

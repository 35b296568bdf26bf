//! The protocol, checked exhaustively within small bounds; and that the checker would notice.

use colmig_protocol::{Checked, MUTANTS, Occasion, PROPERTIES, Rule, SHORT, check, convict};

#[test]
fn the_rules_keep_the_promises_in_every_state() {
    let all: Vec<Checked> = SHORT
        .iter()
        .map(|scenario| check(scenario.protocol(None), 2))
        .collect();
    for (scenario, checked) in SHORT.iter().zip(&all) {
        if let Some(trace) = checked.violations.first() {
            panic!("{scenario}\n{trace}");
        }
    }
    let states: usize = all.iter().map(|checked| checked.unique).sum();
    assert!(states > 500_000, "{states}");
    for occasion in Occasion::ALL {
        let times: u64 = all.iter().map(|checked| checked.times(occasion)).sum();
        assert!(times > 0, "never met: {occasion}");
    }
}

#[test]
fn without_any_one_rule_a_promise_is_broken() {
    for (mutant, rule) in MUTANTS.iter().zip(Rule::ALL) {
        assert_eq!(mutant.rule, rule);
        let checked = convict(mutant.scenario.protocol(Some(rule)));
        match mutant.violates {
            Some(property) => {
                assert!(PROPERTIES.contains(&property));
                assert!(checked.violates(property), "without {rule}: {checked:?}");
                let traces = checked.violations.iter();
                assert!(traces.into_iter().all(|trace| !trace.lines.is_empty()));
            }
            None => assert!(checked.violations.is_empty(), "without {rule}: {checked:?}"),
        }
    }
}

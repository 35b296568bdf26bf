//! Checks the protocol and prints what was found: `cargo xtask model` calls it.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a command speaks to its user: results on stdout"
)]

use std::process::ExitCode;
use std::time::Instant;

use colmig_protocol::{Checked, FULL, MUTANTS, Mutant, Occasion, PROPERTIES, check, convict};

fn main() -> ExitCode {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    println!("The rules as they are");
    let mut all = Vec::new();
    for scenario in FULL {
        println!("\n  {scenario}");
        let checked = check(scenario.protocol(None), threads);
        println!("    {}", states(&checked));
        all.push(checked);
    }
    let mut right = summary(&all);
    println!("\nSeconds: {:.1}", began.elapsed().as_secs_f64());
    for mutant in &MUTANTS {
        right &= tell(mutant);
    }
    match right {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn states(checked: &Checked) -> String {
    let Checked {
        unique,
        total,
        depth,
        took,
        ..
    } = checked;
    let seconds = took.as_secs_f64();
    format!("states {unique}, visited {total} times, depth {depth}, {seconds:.1} s")
}

/// Tells what all scenarios found together. Whether it is what was to be found.
fn summary(all: &[Checked]) -> bool {
    let unique: usize = all.iter().map(|checked| checked.unique).sum();
    let total: usize = all.iter().map(|checked| checked.total).sum();
    println!("\n  together\n    states {unique}, visited {total} times");
    let mut right = true;
    for property in PROPERTIES {
        let traces = all.iter().flat_map(|checked| &checked.violations);
        let mut traces = traces.filter(|trace| trace.property == property);
        match traces.next() {
            None => println!("    {property}: no violation"),
            Some(trace) => {
                right = false;
                println!("    {property}: VIOLATED\n{trace}");
            }
        }
    }
    println!("\n  met on the way");
    for occasion in Occasion::ALL {
        let of = |checked: &Checked| checked.times(occasion);
        let times: u64 = all.iter().map(of).sum();
        println!("    {times:>9} times  {occasion}");
        right &= times > 0;
    }
    right
}

/// Tells what becomes of the protocol without a rule. Whether it is what is known of it.
fn tell(mutant: &Mutant) -> bool {
    let Mutant {
        rule,
        scenario,
        violates,
    } = mutant;
    let checked = convict(scenario.protocol(Some(*rule)));
    println!("\nWithout {rule}\n  {scenario}\n  {}", states(&checked));
    for trace in &checked.violations {
        println!("{trace}");
    }
    if checked.violations.is_empty() {
        println!("  no violation");
    }
    match violates {
        Some(property) => checked.violates(property),
        None => checked.violations.is_empty(),
    }
}

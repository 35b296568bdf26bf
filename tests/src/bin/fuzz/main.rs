//! Whatever stands in a file, colmig reads it or says what is wrong: each kind of file, changed at
//! random from real ones, for as long as it is asked to. `cargo xtask fuzz` runs it.
//!
//! Inputs are tried in a child process, for what overflows a stack or hangs can tell nobody.
//! An input follows from the target, the seed and its number, so it is made again here and kept.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "results on stdout, words on stderr"
)]

mod child;
mod corpus;
mod mutate;
mod parent;
mod random;
mod target;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use target::Target;

/// Try whatever may stand in a file of colmig's
#[derive(Debug, Parser)]
struct Arguments {
    /// What is read [default: everything]
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,

    /// How long each is tried
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,

    /// What all else follows from [default: another one each time, which is printed]
    #[arg(long)]
    seed: Option<u64>,

    /// Try only the input of that number, in this process
    #[arg(long, value_name = "NUMBER")]
    only: Option<u64>,

    /// The number to begin with, in a child process
    #[arg(long, hide = true)]
    child: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let named: Option<Vec<&Target>> = match arguments.targets.as_slice() {
        [] => Some(target::ALL.iter().collect()),
        names => names.iter().map(|name| target::named(name)).collect(),
    };
    let Some(targets) = named else {
        let known: Vec<&str> = target::ALL.iter().map(|target| target.name).collect();
        eprintln!("there is no such target; there are: {}", known.join(", "));
        return ExitCode::from(2);
    };
    let seed = arguments.seed.unwrap_or_else(random::seed);
    let time = Duration::from_secs_f64(arguments.seconds.max(0.0));
    if let (Some(from), [target]) = (arguments.child, targets.as_slice()) {
        return child::run(target, seed, from, time);
    }
    if let (Some(only), [target]) = (arguments.only, targets.as_slice()) {
        child::run_one(target, seed, only);
        return ExitCode::SUCCESS;
    }
    let mut failed = false;
    for target in targets {
        match parent::run(target, seed, time) {
            Ok(inputs) => println!(
                "{:>12} {inputs} inputs in {:.1} s, seed {seed}: nothing found",
                target.name,
                time.as_secs_f64()
            ),
            Err(why) => {
                println!("{:>12} {why}", target.name);
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

//! Trying inputs, one after the other, and telling which one is under way.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::mutate::input;
use crate::target::Target;

/// Tries inputs until the time is over. What is wrong ends the process.
pub(crate) fn run(target: &'static Target, seed: u64, from: u64, time: Duration) -> ExitCode {
    let begun = Instant::now();
    on_stack(target, move || {
        let corpus = (target.corpus)();
        let mut stdout = std::io::stdout().lock();
        let mut number = from;
        // The long ones are tried however short the time is.
        while begun.elapsed() < time
            || usize::try_from(number).is_ok_and(|at| at < target.deep.len())
        {
            // A parent that is gone wants to know no more.
            if writeln!(stdout, "{number}")
                .and_then(|()| stdout.flush())
                .is_err()
            {
                return ExitCode::SUCCESS;
            }
            (target.run)(&input(target, &corpus, seed, number));
            number += 1;
        }
        ExitCode::SUCCESS
    })
}

/// Tries one input.
pub(crate) fn run_one(target: &'static Target, seed: u64, number: u64) {
    on_stack(target, move || {
        let bytes = input(target, &(target.corpus)(), seed, number);
        println!(
            "{}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)])
        );
        (target.run)(&bytes);
        ExitCode::SUCCESS
    });
}

/// Works on the stack that the command has there.
fn on_stack(target: &Target, work: impl FnOnce() -> ExitCode + Send + 'static) -> ExitCode {
    let thread = std::thread::Builder::new()
        .stack_size(target.stack)
        .spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        _ => ExitCode::from(101),
    }
}

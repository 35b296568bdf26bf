//! The clock that every process of the machine shares.

use nix::time::{ClockId, clock_gettime};

use crate::line::Time;

/// Now, in microseconds of the machine's monotonic clock.
pub fn now() -> Time {
    // Linux has had this clock for longer than Rust has been there.
    clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(0, |time| {
        let (seconds, nanos) = (
            time.tv_sec().cast_unsigned(),
            time.tv_nsec().cast_unsigned(),
        );
        seconds * 1_000_000 + nanos / 1_000
    })
}

//! The clock by which an instance relies on what it knows.

/// Milliseconds since some moment in the past. It never goes back.
///
/// Linux keeps a clock that is a few milliseconds coarse and a fifth as dear to read.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn now() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    // Every Linux has the clock, and no part of it is negative. By a clock that does not go
    // a view is never fresh.
    match clock_gettime(ClockId::CLOCK_MONOTONIC_COARSE) {
        Ok(now) => now.tv_sec().cast_unsigned() * 1_000 + now.tv_nsec().cast_unsigned() / 1_000_000,
        Err(_) => u64::MAX,
    }
}

/// Milliseconds since the first call. It never goes back.
#[cfg(not(target_os = "linux"))]
#[inline]
pub(crate) fn now() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
}

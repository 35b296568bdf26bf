//! The clock by which an instance relies on what it knows.

/// Milliseconds since some moment in the past. It never goes back.
///
/// Linux keeps a clock that is a few milliseconds coarse and a fifth as dear to read.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn now() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC_COARSE).map(std::time::Duration::from);
    // Every Linux has the clock. By one that does not go a view is never fresh.
    now.map_or(u64::MAX, |now| {
        now.as_secs() * 1000 + u64::from(now.subsec_millis())
    })
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

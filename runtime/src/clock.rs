//! The clock by which an instance relies on what it knows.

/// Milliseconds since some moment in the past. It never goes back.
///
/// Linux keeps a clock that is a few milliseconds coarse and a fifth as dear to read. Elsewhere
/// what is coarse may go back, or is no cheaper.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn now() -> u64 {
    // Its `now` also writes to a place that all threads share.
    let now = coarsetime::Instant::now_without_cache_update();
    coarsetime::Duration::from_ticks(now.as_ticks()).as_millis()
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

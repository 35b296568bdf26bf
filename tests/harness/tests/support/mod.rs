//! What the tests of all products need.

use std::thread;
use std::time::{Duration, Instant};

/// Waits for something that nobody announces.
pub(crate) fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "it did not come to pass in time");
        thread::sleep(Duration::from_millis(20));
    }
}

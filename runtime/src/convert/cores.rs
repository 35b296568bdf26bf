//! Functions of the application, called on every core, and kept from taking the process with them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// What is made of each, in their order.
pub(super) fn on_every_core<T: Send, V: Send>(
    of: &mut [T],
    judge: impl Fn(&mut T) -> V + Sync,
) -> Vec<V> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = of.len().div_ceil(cores).max(1);
    let mut judged: Vec<V> = Vec::with_capacity(of.len());
    let judge = &judge;
    thread::scope(|scope| {
        let shares = of
            .chunks_mut(share)
            .map(|share| scope.spawn(move || -> Vec<V> { share.iter_mut().map(judge).collect() }));
        // All of them are begun before the first is waited for.
        let shares: Vec<_> = shares.collect();
        for share in shares {
            // A panic of the function was caught where it happened.
            judged.extend(share.join().unwrap_or_default());
        }
    });
    judged
}

/// What a function gives, or why it gives nothing, be it that it panicked. It is pure, so nothing is left
/// half done by one that does.
pub(super) fn called<V>(function: impl FnOnce() -> Result<V, String>) -> Result<V, String> {
    catch_unwind(AssertUnwindSafe(function)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(format!(
            "the function panicked: {}",
            said.unwrap_or_default()
        ))
    })
}

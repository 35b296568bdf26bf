//! Whether a method is as fast at the end of the table as at its beginning.

use std::time::Duration;

/// The rate over the last tenth of the rows to that over the first. None if there is too little
/// to tell.
pub(crate) fn last_to_first(progress: &[(Duration, u64)]) -> Option<f64> {
    let all = progress.last()?.1 as f64;
    let at = |share: f64| when(progress, all * share);
    let (first, last) = (at(0.1)?, at(1.0)? - at(0.9)?);
    (first > 0.0 && last > 0.0).then_some(first / last)
}

/// When so many rows were behind, between two points of which it is known.
fn when(progress: &[(Duration, u64)], rows: f64) -> Option<f64> {
    let mut before = (0.0, 0.0);
    for (time, seen) in progress {
        let here = (time.as_secs_f64(), *seen as f64);
        if here.1 >= rows {
            let share = (rows - before.1) / (here.1 - before.1).max(1.0);
            return Some(before.0 + share * (here.0 - before.0));
        }
        before = here;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_as_fast_in_the_end_is_a_half() {
        let at = |seconds: f64, rows| (Duration::from_secs_f64(seconds), rows);
        let steady = [at(1.0, 100), at(10.0, 1000)];
        let ratio = last_to_first(&steady).unwrap();
        assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
        let slower = [at(9.0, 900), at(11.0, 1000)];
        let ratio = last_to_first(&slower).unwrap();
        assert!((ratio - 0.5).abs() < 1e-9, "{ratio}");
        assert_eq!(last_to_first(&[]), None);
    }
}

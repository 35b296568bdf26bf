//! Repeated timings of one thing.

use std::fmt;
use std::time::Instant;

/// The times that a thing took, round by round.
#[derive(Debug, Default)]
pub(super) struct Samples {
    seconds: Vec<f64>,
}

impl Samples {
    /// The head of the three columns that samples are displayed as.
    pub(super) const HEADER: &str = "      median         min         max";

    /// Times `work`, in seconds. The time counts only if the work succeeded.
    pub(super) fn time<T, E>(&mut self, work: impl FnOnce() -> Result<T, E>) -> Result<f64, E> {
        let start = Instant::now();
        work()?;
        let seconds = start.elapsed().as_secs_f64();
        self.push(seconds);
        Ok(seconds)
    }

    /// Adds what was measured elsewhere.
    pub(super) fn push(&mut self, seconds: f64) {
        let place = self.seconds.partition_point(|&sample| sample < seconds);
        self.seconds.insert(place, seconds);
    }

    /// Between which values the middle half lies: the first and the third quartile.
    pub(super) fn middle_half(&self) -> [f64; 2] {
        let quarter = self.seconds.len() / 4;
        let from_above = self.seconds.iter().rev().nth(quarter);
        [self.seconds.get(quarter), from_above].map(|at| at.copied().unwrap_or(f64::NAN))
    }

    /// The time in the middle, in seconds.
    pub(super) fn median(&self) -> f64 {
        let half = self.seconds.len() / 2;
        match self.seconds.len() {
            0 => f64::NAN,
            count if count % 2 == 0 => (self.seconds[half - 1] + self.seconds[half]) / 2.0,
            _ => self.seconds[half],
        }
    }
}

impl fmt::Display for Samples {
    /// The median, the shortest and the longest time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (self.seconds.first(), self.seconds.last());
        for seconds in [Some(&self.median()), min, max] {
            write!(f, "{:>10.3} s", seconds.copied().unwrap_or(f64::NAN))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn samples(millis: &[u64]) -> Samples {
        let mut samples = Samples::default();
        for &time in millis {
            samples.push(Duration::from_millis(time).as_secs_f64());
        }
        samples
    }

    #[test]
    fn median_is_the_middle_of_the_sorted_times() {
        assert_eq!(samples(&[3000, 1000, 2000]).median(), 2.0);
        assert_eq!(samples(&[4000, 1000, 3000, 2000]).median(), 2.5);
        assert!(samples(&[]).median().is_nan());
    }

    #[test]
    fn middle_half_leaves_a_quarter_out_at_each_end() {
        let of = |millis: &[u64]| samples(millis).middle_half();
        assert_eq!(of(&[1000, 2000, 3000, 4000, 5000]), [2.0, 4.0]);
        assert_eq!(of(&[1000]), [1.0, 1.0]);
        assert!(of(&[])[0].is_nan());
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let line = samples(&[3000, 1000, 2000]).to_string();
        assert_eq!(line, "     2.000 s     1.000 s     3.000 s");
        assert_eq!(line.len(), Samples::HEADER.len());
    }
}

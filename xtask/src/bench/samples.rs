//! Repeated timings of one thing.

use std::fmt;
use std::time::{Duration, Instant};

/// The times that a thing took, round by round.
#[derive(Debug, Default)]
pub(super) struct Samples {
    seconds: Vec<f64>,
}

impl Samples {
    /// The head of the three columns that samples are displayed as.
    pub(super) const HEADER: &str = "      median         min         max";

    /// Times `work`. The time counts only if the work succeeded.
    pub(super) fn time<T, E>(&mut self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let start = Instant::now();
        let value = work()?;
        self.push(start.elapsed());
        Ok(value)
    }

    fn push(&mut self, time: Duration) {
        let at = time.as_secs_f64();
        let place = self.seconds.partition_point(|&sample| sample < at);
        self.seconds.insert(place, at);
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
    use super::*;

    fn samples(millis: &[u64]) -> Samples {
        let mut samples = Samples::default();
        for &time in millis {
            samples.push(Duration::from_millis(time));
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
    fn columns_stand_under_their_heads() {
        let line = samples(&[3000, 1000, 2000]).to_string();
        assert_eq!(line, "     2.000 s     1.000 s     3.000 s");
        assert_eq!(line.len(), Samples::HEADER.len());
    }
}

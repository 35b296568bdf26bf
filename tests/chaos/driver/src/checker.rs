//! Whether what was read can be explained by what was written.
//!
//! A *register* is one field of one row. Every write has an interval, from before it was sent
//! until after it was answered, and takes effect at one moment in it; one whose outcome nobody
//! knows may take effect at any moment from its beginning on, or never. A read has an interval
//! too. All times are of one clock. A read of a value cannot be explained if
//!
//! - nobody wrote it, or whoever did began after the read had ended; or
//! - something else was there for certain between the last write of the value and the read:
//!   an accepted write of another value, or a read of one, that lies between the two as a whole.
//!
//! A value that a write of unknown outcome brought is not used as evidence against others: of
//! such a write colmig says that what it wrote may be lost.

use std::collections::{BTreeMap, BTreeSet};

use colmig_chaos_app::{Number, Time};

/// A write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The value.
    pub value: Number,
    /// From when on it may have taken effect.
    pub begun: Time,
    /// Until when it has; none if nobody knows whether it has.
    pub accepted: Option<Time>,
    /// Who wrote, and how.
    pub by: String,
}

/// A read that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The value.
    pub value: Number,
    /// When it began.
    pub begun: Time,
    /// When it was answered.
    pub answered: Time,
    /// Whether it says something about what others have to read.
    pub telling: bool,
    /// Who read, and how.
    pub by: String,
}

/// Everything that happened to one field of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// The writes, in any order.
    pub writes: Vec<Write>,
    /// The reads, in any order.
    pub reads: Vec<Observation>,
}

/// A read that nothing explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// The read.
    pub read: Observation,
    /// Why.
    pub why: Why,
}

/// Why a read cannot be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody wrote the value, or only later.
    NotWritten,
    /// This was there since.
    Overwritten {
        /// The other value.
        value: Number,
        /// From when on it was.
        begun: Time,
        /// Until when it was certain.
        until: Time,
    },
}

/// What was there for certain at some moment of an interval.
#[derive(Clone, Copy, Debug)]
struct Evidence {
    value: Number,
    begun: Time,
    ended: Time,
}

/// The evidence that ended first, and the first of another value.
#[derive(Clone, Copy, Debug, Default)]
struct Earliest {
    first: Option<Evidence>,
    other: Option<Evidence>,
}

impl Earliest {
    fn with(self, new: Evidence) -> Earliest {
        match (self.first, self.other) {
            (None, _) => Earliest {
                first: Some(new),
                other: None,
            },
            (Some(first), other) if new.value == first.value => Earliest {
                first: Some(if new.ended < first.ended { new } else { first }),
                other,
            },
            (Some(first), _) if new.ended < first.ended => Earliest {
                first: Some(new),
                other: Some(first),
            },
            (first, Some(other)) if other.ended <= new.ended => Earliest {
                first,
                other: Some(other),
            },
            (first, _) => Earliest {
                first,
                other: Some(new),
            },
        }
    }

    fn against(self, value: Number) -> Option<Evidence> {
        let first = self.first.filter(|evidence| evidence.value != value);
        first.or(self.other.filter(|evidence| evidence.value != value))
    }
}

impl Register {
    /// Every read that nothing explains.
    pub fn unexplained(&self) -> Vec<Unexplained> {
        let mut by_value: BTreeMap<Number, Vec<&Write>> = BTreeMap::new();
        for write in &self.writes {
            by_value.entry(write.value).or_default().push(write);
        }
        let evidence = self.evidence();
        // For each place, the earliest end from there on.
        let mut earliest = vec![Earliest::default(); evidence.len() + 1];
        for at in (0..evidence.len()).rev() {
            earliest[at] = earliest[at + 1].with(evidence[at]);
        }
        let judge = |read: &Observation| {
            let writes = by_value.get(&read.value).into_iter().flatten();
            let writes = writes.filter(|write| write.begun <= read.answered);
            // The most lenient: a write of unknown outcome may have taken effect just now.
            let ends = writes.map(|write| write.accepted.unwrap_or(Time::MAX));
            let Some(end) = ends.max() else {
                return Some(Why::NotWritten);
            };
            let later = evidence.partition_point(|evidence| evidence.begun <= end);
            let against = earliest[later].against(read.value)?;
            (against.ended < read.begun).then_some(Why::Overwritten {
                value: against.value,
                begun: against.begun,
                until: against.ended,
            })
        };
        let judged = self.reads.iter().filter_map(|read| {
            judge(read).map(|why| Unexplained {
                read: read.clone(),
                why,
            })
        });
        judged.collect()
    }

    /// What was there for certain, in the order of its beginning.
    fn evidence(&self) -> Vec<Evidence> {
        let mut certain = BTreeSet::new();
        let mut doubtful = BTreeSet::new();
        let mut evidence = Vec::new();
        for write in &self.writes {
            match write.accepted {
                Some(ended) => {
                    certain.insert(write.value);
                    evidence.push(Evidence {
                        value: write.value,
                        begun: write.begun,
                        ended,
                    });
                }
                None => {
                    doubtful.insert(write.value);
                }
            }
        }
        let telling = self.reads.iter().filter(|read| {
            read.telling && certain.contains(&read.value) && !doubtful.contains(&read.value)
        });
        evidence.extend(telling.map(|read| Evidence {
            value: read.value,
            begun: read.begun,
            ended: read.answered,
        }));
        evidence.sort_by_key(|evidence| evidence.begun);
        evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(value: Number, begun: Time, accepted: impl Into<Option<Time>>) -> Write {
        Write {
            value,
            begun,
            accepted: accepted.into(),
            by: String::new(),
        }
    }

    fn read(value: Number, begun: Time, answered: Time) -> Observation {
        Observation {
            value,
            begun,
            answered,
            telling: true,
            by: String::new(),
        }
    }

    fn judge<const W: usize, const R: usize>(
        writes: [Write; W],
        reads: [Observation; R],
    ) -> Vec<(Number, Why)> {
        let register = Register {
            writes: writes.into(),
            reads: reads.into(),
        };
        let unexplained = register.unexplained().into_iter();
        unexplained
            .map(|found| (found.read.value, found.why))
            .collect()
    }

    fn overwritten(value: Number, begun: Time, until: Time) -> Why {
        Why::Overwritten {
            value,
            begun,
            until,
        }
    }

    #[test]
    fn the_last_accepted_write_is_read() {
        let writes = [write(1, 0, 1), write(2, 10, 11)];
        assert_eq!(judge(writes.clone(), [read(1, 2, 3), read(2, 20, 21)]), []);
        let lost = judge(writes, [read(1, 20, 21)]);
        assert_eq!(lost, [(1, overwritten(2, 10, 11))]);
    }

    #[test]
    fn of_writes_side_by_side_either_may_be_last_and_a_read_tells_which() {
        let writes = [write(1, 0, 1), write(2, 10, 20), write(3, 15, 25)];
        assert_eq!(judge(writes.clone(), [read(2, 30, 31)]), []);
        assert_eq!(judge(writes.clone(), [read(3, 30, 31)]), []);
        // One was seen when both had been answered, so it stays.
        let flips = judge(writes.clone(), [read(3, 30, 31), read(2, 40, 41)]);
        assert_eq!(flips, [(2, overwritten(3, 30, 31))]);
        // Seen while the other was under way it says nothing.
        assert_eq!(judge(writes, [read(3, 16, 17), read(2, 40, 41)]), []);
    }

    #[test]
    fn a_read_beside_a_write_may_see_either() {
        let writes = [write(1, 0, 1), write(2, 10, 20)];
        assert_eq!(
            judge(writes.clone(), [read(1, 12, 13), read(2, 14, 15)]),
            []
        );
        assert_eq!(judge(writes.clone(), [read(1, 19, 30)]), []);
        // But not the one before again, once the new one was seen.
        let back = judge(writes, [read(2, 12, 13), read(1, 14, 15)]);
        assert_eq!(back, [(1, overwritten(2, 12, 13))]);
    }

    #[test]
    fn what_nobody_knows_may_have_happened_or_not_or_happen_late() {
        let writes = [write(1, 0, 1), write(2, 10, None), write(3, 20, 21)];
        for value in [2, 3] {
            assert_eq!(judge(writes.clone(), [read(value, 30, 31)]), []);
        }
        // It may be lost again, which is what its outcome says.
        let seen = [read(2, 30, 31), read(3, 40, 41)];
        assert_eq!(judge(writes.clone(), seen), []);
        let lost = judge(writes, [read(1, 30, 31)]);
        assert_eq!(lost, [(1, overwritten(3, 20, 21))]);
    }

    #[test]
    fn what_nobody_wrote_is_not_read() {
        let writes = [write(1, 0, 1), write(2, 10, 11)];
        let planted = judge(writes, [read(7, 5, 6), read(2, 5, 6), read(2, 9, 10)]);
        assert_eq!(planted, [(7, Why::NotWritten), (2, Why::NotWritten)]);
    }

    #[test]
    fn a_value_that_comes_twice_is_explained_by_either() {
        // An abort gives back what the rule gives.
        let writes = [write(1, 0, 1), write(2, 10, 11), write(1, 20, 30)];
        assert_eq!(
            judge(writes.clone(), [read(1, 40, 41), read(2, 25, 26)]),
            []
        );
        let lost = judge(writes.clone(), [read(2, 40, 41)]);
        assert_eq!(lost, [(2, overwritten(1, 20, 30))]);
        assert_eq!(
            judge(writes, [read(1, 12, 13)]),
            [(1, overwritten(2, 10, 11))]
        );
    }

    #[test]
    fn one_lost_write_among_thousands_is_found() {
        let mut register = Register::default();
        for value in 0..5_000_i64 {
            let at = 10 * value.cast_unsigned();
            register.writes.push(write(value, at, at + 2));
            register.reads.push(read(value, at + 3, at + 4));
        }
        assert_eq!(register.unexplained(), []);
        register.reads[2_500].value = 2_499;
        let found = register.unexplained();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].why, overwritten(2_500, 25_000, 25_002));
    }
}

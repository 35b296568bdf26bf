//! The read switch: from which side of a replaced column accessors read, once both sides
//! are the same in every row.
//!
//! It is a flag in the database that instances see like a phase. A read is sticky by the
//! key of its row: the same row is read on the same side for as long as the flag stands,
//! and a greater share takes rows of the other side away and gives none back.

use std::fmt;
use std::str::FromStr;

use crate::{Phase, Progress, Side};

/// From where replaced columns are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reads {
    /// From legacy.
    #[default]
    Legacy,
    /// From legacy; of this share of the reads both sides are compared, off the caller's path.
    Shadow(Share),
    /// This share of the rows from the target, and compared as well; the rest from legacy.
    Partly(Share),
    /// From the target.
    Target,
}

/// A share of all rows, in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// How many parts there are.
    pub const PARTS: u16 = 10_000;

    /// All of them.
    pub const ALL: Share = Share(Share::PARTS);

    /// A quarter of them.
    pub const QUARTER: Share = Share(Share::PARTS / 4);

    /// The bucket of no row: no share has it.
    pub const NOBODY: u16 = Share::PARTS;

    /// Whether the share has a bucket, of which each row falls into one: 0 to
    /// [`PARTS`](Share::PARTS), exclusive.
    pub const fn has(self, bucket: u16) -> bool {
        bucket < self.0
    }
}

impl Reads {
    /// The side that all reads come from; none while some come from either.
    pub const fn only_side(self) -> Option<Side> {
        match self {
            Reads::Legacy | Reads::Shadow(_) => Some(Side::Legacy),
            Reads::Partly(_) => None,
            Reads::Target => Some(Side::Target),
        }
    }

    /// What holds at a progress: before and after its phase, the flag says nothing.
    pub const fn at(self, progress: Progress) -> Reads {
        match progress {
            Progress::Running(Phase::SwitchReads) | Progress::Done(Phase::SwitchReads) => self,
            _ => Reads::Legacy,
        }
    }

    /// The side from which a row in this bucket is read.
    pub const fn side(self, bucket: u16) -> Side {
        match self {
            Reads::Legacy | Reads::Shadow(_) => Side::Legacy,
            Reads::Partly(share) if share.has(bucket) => Side::Target,
            Reads::Partly(_) => Side::Legacy,
            Reads::Target => Side::Target,
        }
    }

    /// Whether both sides of a row in this bucket are compared when it is read.
    pub const fn compares(self, bucket: u16) -> bool {
        match self {
            Reads::Shadow(share) | Reads::Partly(share) => share.has(bucket),
            Reads::Legacy | Reads::Target => false,
        }
    }

    /// Whether rows are told apart by their buckets.
    pub const fn is_by_bucket(self) -> bool {
        matches!(self, Reads::Shadow(_) | Reads::Partly(_))
    }

    /// Whether it relies on the target for more rows than another.
    fn is_more_than(self, other: Reads) -> bool {
        self > other && !matches!(self, Reads::Shadow(_))
    }
}

/// What is known of the two sides when the switch is to be moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The comparisons that found two values, since the switch was moved last.
    pub mismatches: u64,
    /// How many of those are put up with.
    pub limit: u64,
}

/// Why the switch is not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IllegalSwitch {
    /// There are not two sides that could be read.
    #[error("reads are switched when switch-reads is done, and the migration is {0}")]
    NotNow(Progress),
    /// The two sides differ.
    #[error("comparisons that found other values on the two sides: {0}, where {1} are put up with")]
    Mismatches(u64, u64),
}

/// The bucket of the row with this key, which is the same in every build and process.
///
/// FNV-1a, whose high bits are folded in, for it is they that all of the key went into.
pub fn bucket(key: &[u8]) -> u16 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in key {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    // Less than the number of parts.
    (folded % u64::from(Share::PARTS)) as u16
}

/// Whether the switch may be moved.
///
/// # Errors
/// The phase is another; or more would be read from a side of which it is known that it is
/// not the same. Back to legacy is always allowed.
pub fn switch(
    progress: Progress,
    from: Reads,
    to: Reads,
    evidence: Evidence,
) -> Result<(), IllegalSwitch> {
    if progress != Progress::Done(Phase::SwitchReads) {
        return Err(IllegalSwitch::NotNow(progress));
    }
    if to.is_more_than(from) && evidence.mismatches > evidence.limit {
        return Err(IllegalSwitch::Mismatches(
            evidence.mismatches,
            evidence.limit,
        ));
    }
    Ok(())
}

/// Text that says nothing of reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` says nothing of reads: use `legacy`, `shadow`, `shadow=1%`, a share such as `25%`, or `target`"
)]
pub struct UnknownReads(pub String);

impl fmt::Display for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reads::Legacy => f.pad("legacy"),
            Reads::Shadow(Share::ALL) => f.pad("shadow"),
            Reads::Shadow(share) => write!(f, "shadow={share}"),
            Reads::Partly(share) => share.fmt(f),
            Reads::Target => f.pad("target"),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}%"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}%", rest / 10),
            rest => write!(f, "{whole}.{rest:02}%"),
        }
    }
}

impl FromStr for Reads {
    type Err = UnknownReads;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownReads(text.to_owned());
        Ok(match text {
            "legacy" => Reads::Legacy,
            "shadow" => Reads::Shadow(Share::ALL),
            "target" => Reads::Target,
            _ => match text.strip_prefix("shadow=") {
                Some(share) => Reads::Shadow(share.parse().map_err(|()| unknown())?),
                // All and nothing have names of their own, with other promises.
                None => match text.parse().map_err(|()| unknown())? {
                    Share(0) => Reads::Legacy,
                    Share::ALL => Reads::Target,
                    share => Reads::Partly(share),
                },
            },
        })
    }
}

impl FromStr for Share {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix('%').ok_or(())?;
        let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > 2 {
            return Err(());
        }
        let parts: u16 = format!("{whole}{rest:0<2}").parse().map_err(|_| ())?;
        if parts > Share::PARTS {
            return Err(());
        }
        Ok(Share(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Reads {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_printed_reads_back() {
        for text in [
            "legacy",
            "shadow",
            "shadow=1%",
            "0.5%",
            "0.05%",
            "25%",
            "99.99%",
            "target",
        ] {
            assert_eq!(reads(text).to_string(), text);
        }
        assert_eq!(reads("100%"), Reads::Target);
        assert_eq!(reads("0%"), Reads::Legacy);
        for text in [
            "",
            "25",
            "%",
            "101%",
            "1.234%",
            "-1%",
            "shadow=",
            "shadow=x%",
            "Target",
            "99999999999%",
        ] {
            assert!(text.parse::<Reads>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_greater_share_takes_rows_from_legacy_and_gives_none_back() {
        let mut on_target = 0;
        for text in ["legacy", "shadow", "0.01%", "1%", "25%", "99.99%", "target"] {
            let reads = reads(text);
            let sides: Vec<Side> = (0..Share::PARTS).map(|bucket| reads.side(bucket)).collect();
            assert!(sides.is_sorted_by(|one, other| one >= other), "{text}");
            let now = sides.iter().filter(|side| **side == Side::Target).count();
            assert!(now >= on_target, "{text}");
            on_target = now;
        }
        assert_eq!(on_target, usize::from(Share::PARTS));
    }

    #[test]
    fn rows_fall_evenly_into_buckets() {
        let share: Share = "25%".parse().unwrap();
        let keys = (0..20_000_i64).map(|key| bucket(&key.to_le_bytes()));
        let has = keys.filter(|bucket| share.has(*bucket)).count();
        assert!((4_700..5_300).contains(&has), "{has}");
        assert!(!Share::ALL.has(Share::NOBODY));
    }

    #[test]
    fn the_flag_holds_in_its_phase_only() {
        for progress in [
            Progress::Pending,
            Progress::Done(Phase::Constrain),
            Progress::Reverting(Phase::SwitchReads),
            Progress::Aborted,
        ] {
            assert_eq!(Reads::Target.at(progress), Reads::Legacy, "{progress}");
        }
        assert_eq!(
            Reads::Target.at(Progress::Done(Phase::SwitchReads)),
            Reads::Target
        );
    }

    #[test]
    fn more_is_read_from_the_target_only_while_the_sides_are_the_same() {
        let done = Progress::Done(Phase::SwitchReads);
        let differ = Evidence {
            mismatches: 3,
            limit: 2,
        };
        let switched = |from, to, evidence| switch(done, reads(from), reads(to), evidence);
        assert_eq!(switched("legacy", "target", Evidence::default()), Ok(()));
        let refused = Err(IllegalSwitch::Mismatches(3, 2));
        assert_eq!(switched("shadow", "1%", differ), refused);
        assert_eq!(switched("25%", "target", differ), refused);
        assert_eq!(switched("25%", "10%", differ), Ok(()));
        assert_eq!(switched("target", "legacy", differ), Ok(()));
        assert_eq!(switched("legacy", "shadow", differ), Ok(()));
        let early = Progress::Done(Phase::Constrain);
        assert_eq!(
            switch(early, Reads::Legacy, Reads::Target, Evidence::default()),
            Err(IllegalSwitch::NotNow(early))
        );
    }
}

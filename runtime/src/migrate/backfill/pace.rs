//! How large a batch is, and how long after it the next begins: the controller of one worker.
//!
//! Where the database is idle, batches grow until one takes as long as it may. Where it is not,
//! they are so brief that nobody waits long for the processor or the row that one has. The least
//! that a batch can take is known; what it takes longer, it has waited for others, so they wait
//! for each other and for it. That delay beyond the least is what scavenger transports of
//! networks go by (LEDBAT, RFC 6817). On average over some batches up to two and a half times the least is
//! tolerated, and one follows the other without a pause: a scheduler takes the processor from
//! whoever never sleeps before it takes it from others, and with short naps in between a
//! backfill gets ahead of them each time. Beyond, the pause grows with the square of it. This holds
//! for any number of processors, and needs no look at the others: one costs a good part of a
//! brief batch, and sees who is executing, not who waits for a processor.
//!
//! It knows no clock and no database: it is told of what was seen, and when.

use std::time::Duration;

use super::floor::Floor;
use crate::migrate::driver::Dialect;
use crate::migrate::settings::Settings;

/// How long a batch takes while others are at work, if none of them is in its way: too short for
/// anybody to notice who waits for a processor or for a row.
const BRIEF: Duration = Duration::from_micros(500);

/// How long a batch takes at most, and at which duty, where it cannot be seen who else is
/// at work.
const UNSEEN: Duration = Duration::from_millis(10);
const UNSEEN_DUTY: f64 = 0.5;

/// How long nobody may have been seen at work before batches grow.
const QUIET: Duration = Duration::from_millis(300);

/// How often to look who is at work, while somebody is.
const LOOK: Duration = Duration::from_millis(50);

/// Growth from one batch to the next (as spirit has it), so that one fast batch proves little.
const GROWTH: f64 = 1.5;

/// The rows of the first batch, and the fewest of any.
const FIRST: f64 = 200.0;
const FEWEST: f64 = 25.0;

/// From how many times what they can take on brief batches leave time to others: by the square
/// of the times beyond, as a multiple of what they can take, and the most. The closer a database
/// is to what it can do, the faster delays grow with each bit of work more.
const TOLERATED: f64 = 2.5;
const MOST: f64 = 50.0;

/// Over about so many batches is averaged what they take, and of one no more counts than this
/// many times what it can take.
const AVERAGED: f64 = 32.0;
const EXTREME: f64 = 40.0;

/// Who executes a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Traffic {
    /// The sessions of others that do now, or did a moment ago.
    pub(in crate::migrate) others: u32,
    /// Other workers of colmig's that do now.
    pub(in crate::migrate) workers: u32,
}

/// The controller of one worker.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    most: f64,
    longest: Duration,
    /// The shortest pause after a batch, where there are pauses.
    pause: Duration,
    duty: f64,
    /// At most this share of the time while others are at work.
    duty_beside: f64,
    gives_way: bool,
    blind: bool,
    /// The rows of the next batch.
    rows: f64,
    /// What a row takes, in seconds: an average that forgets.
    per_row: Option<f64>,
    /// What a row takes if nothing is in its way, in batches that grow.
    floor: Floor,
    /// What it takes in brief ones, which have their beginning and end for few rows.
    brief: Floor,
    /// When somebody was seen at work last.
    busy: Option<Duration>,
    /// When it was looked last, and how many other workers were at work.
    looked: Option<Duration>,
    workers: u32,
    /// How many times its usual duration the last batch took.
    times: f64,
    /// The same, averaged over brief ones.
    usual: f64,
    /// The time that the last batch left to others.
    gap: Duration,
}

impl Pace {
    pub(super) fn new(settings: &Settings, dialect: &Dialect) -> Self {
        let Dialect {
            batch_at_most,
            duty_at_most,
            duty_beside_others,
            pause_at_least,
            ..
        } = *dialect;
        Pace {
            duty_beside: duty_beside_others,
            ..Pace::by(settings, batch_at_most, duty_at_most, pause_at_least)
        }
    }

    fn by(settings: &Settings, longest: Duration, duty: f64, pause: Duration) -> Self {
        let most = f64::from(settings.batch_rows);
        Pace {
            most,
            longest: settings.batch_time.min(longest),
            pause,
            duty: settings.duty.min(duty),
            duty_beside: 1.0,
            gives_way: settings.give_way,
            blind: false,
            // Whoever sets the pace by hand gets the batches that they asked for.
            rows: if settings.give_way {
                FIRST.min(most)
            } else {
                most
            },
            per_row: None,
            floor: Floor::default(),
            brief: Floor::default(),
            busy: None,
            looked: None,
            workers: 0,
            times: 0.0,
            usual: 1.0,
            gap: Duration::ZERO,
        }
    }

    /// Goes by other settings from now on, and keeps what it has learned of the database.
    pub(super) fn adopt(&mut self, settings: &Settings, dialect: &Dialect) {
        self.change_to(&Pace::new(settings, dialect));
    }

    fn change_to(&mut self, fresh: &Pace) {
        self.most = fresh.most;
        self.longest = fresh.longest;
        self.duty = fresh.duty;
        self.gives_way = fresh.gives_way;
        if self.blind {
            self.longest = self.longest.min(UNSEEN);
            self.duty = self.duty.min(UNSEEN_DUTY);
        }
        self.rows = match self.gives_way {
            true => self.rows.min(self.most),
            false => self.most,
        };
    }

    /// The rows of the next batch.
    pub(super) fn rows(&self) -> u64 {
        // Between 1 and what fits a u32.
        self.rows.max(1.0) as u64
    }

    /// Whether it looks at the others at all.
    pub(super) fn gives_way(&self) -> bool {
        self.gives_way
    }

    /// Whether it has found out that it cannot see others.
    pub(super) fn is_blind(&self) -> bool {
        self.blind
    }

    /// How many times its usual duration the last batch took that changed its rows.
    pub(super) fn times(&self) -> f64 {
        self.times
    }

    /// When others were seen at work last.
    pub(super) fn busy(&self) -> Option<Duration> {
        self.busy
    }

    /// Whether others were at work a moment ago.
    pub(super) fn is_busy(&self, now: Duration) -> bool {
        self.busy
            .is_some_and(|busy| now.saturating_sub(busy) < QUIET)
    }

    /// Whether to look who is at work before the next batch begins.
    pub(super) fn is_to_look(&self, now: Duration) -> bool {
        let looked = self.looked.filter(|_| self.is_busy(now));
        self.gives_way
            && !self.blind
            && looked.is_none_or(|looked| now.saturating_sub(looked) >= LOOK)
    }

    /// Takes note of who is at work.
    pub(super) fn sense(&mut self, traffic: Option<Traffic>, now: Duration) {
        self.looked = Some(now);
        let Some(traffic) = traffic else {
            // Who cannot see others goes as if there were some.
            self.blind = true;
            self.longest = self.longest.min(UNSEEN);
            self.duty = self.duty.min(UNSEEN_DUTY);
            return;
        };
        self.workers = traffic.workers;
        if traffic.others > 0 {
            self.busy = Some(now);
        }
        if self.is_busy(now) {
            self.rows = self.rows.min(self.brief_rows());
        }
    }

    /// Takes note of when others were seen at work last, by whichever worker of the process. One that
    /// has waited for its turn knows only by this that it was not quiet meanwhile: a single look of its
    /// own often falls between two statements.
    pub(super) fn hear(&mut self, busy: Option<Duration>) {
        if busy > self.busy {
            self.busy = busy;
            self.rows = self.rows.min(self.brief_rows());
        }
    }

    /// Takes note of a batch: how long its statement took, if that can be compared with those
    /// of others, and all of it, how many rows it covered, and how many of them it changed. The
    /// pause before the next.
    pub(super) fn record(
        &mut self,
        took: Option<Duration>,
        busy: Duration,
        [rows, changed]: [u64; 2],
        now: Duration,
    ) -> Duration {
        if let Some(took) = took.filter(|_| rows > 0) {
            let per_row = took.as_secs_f64() / rows as f64;
            let average = self.per_row.unwrap_or(per_row);
            self.per_row = Some(average + (per_row - average) / 8.0);
            // What is filled already is quickly gone over, and says nothing of the rest.
            if changed * 2 >= rows {
                self.note(per_row, rows, now);
            }
        }
        let others = self.gives_way && self.is_busy(now);
        if self.gives_way {
            let target = if others {
                self.brief_rows()
            } else {
                self.rows_in(self.longest, self.per_row)
            };
            self.rows = target.clamp(FEWEST, self.rows.max(FEWEST) * GROWTH);
        }
        self.rows = self.rows.min(self.most);
        let mut pause = Duration::ZERO;
        if others {
            // Several workers leave together what one of them would.
            pause = self.gap + (busy + self.gap) * self.workers;
        }
        let duty = match others {
            true => self.duty.min(self.duty_beside),
            false => self.duty,
        };
        if duty < 1.0 {
            let share = busy.mul_f64(1.0 / duty - 1.0);
            pause = pause.max(share).max(self.pause);
        }
        pause
    }

    /// A batch did not get its rows in time: they are taken in smaller portions.
    pub(super) fn blocked(&mut self) {
        self.rows = (self.rows / 4.0).max(FEWEST).min(self.most);
    }

    fn note(&mut self, per_row: f64, rows: u64, now: Duration) {
        if !self.is_busy(now) {
            self.times = self.floor.times(per_row, now);
            self.gap = Duration::ZERO;
            return;
        }
        let is_brief = rows as f64 <= 2.0 * self.brief_rows();
        if !is_brief {
            return;
        }
        self.times = self.brief.times(per_row, now);
        // A single one that waited for a row says little of all the others.
        let times = self.times.min(EXTREME);
        self.usual += (times - self.usual) / AVERAGED;
        let beyond = (self.usual - TOLERATED).max(0.0);
        let least = self.brief.least().unwrap_or(per_row) * rows as f64;
        self.gap = Duration::from_secs_f64(least * (beyond * beyond).min(MOST));
    }

    /// The rows of a batch that takes as long as one may while others are at work, if none of
    /// them is in its way: smaller batches would not be gentler, only more.
    fn brief_rows(&self) -> f64 {
        self.rows_in(BRIEF, self.brief.least().or(self.floor.least()))
    }

    fn rows_in(&self, duration: Duration, per_row: Option<f64>) -> f64 {
        let rows = match per_row {
            Some(per_row) if per_row > 0.0 => duration.as_secs_f64() / per_row,
            _ => FIRST,
        };
        rows.clamp(FEWEST, self.most.max(FEWEST))
    }
}

#[cfg(test)]
mod tests;

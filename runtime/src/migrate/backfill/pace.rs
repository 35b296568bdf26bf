//! How large a batch is, and when it may begin: the controller of one worker.
//!
//! Where the database is idle, batches grow until one takes as long as it may. Where it is not,
//! a worker does what stations on a shared medium do that no one coordinates: it listens before
//! it sends (carrier sense, Kleinrock and Tobagi 1975). A batch is then as small as the pause
//! between two time slices, and begins only at a moment at which no more than a few sessions
//! are executing a statement. How many are few is learned: when no moment is quiet enough, one
//! batch is tried anyhow, and if it was not slowed down by the others, there is room for one
//! more; once batches are slowed down, the limit is halved (additive increase, multiplicative
//! decrease, Chiu and Jain 1989).
//!
//! It knows no clock and no database: it is told of what was seen, and when.

use std::time::Duration;

use crate::migrate::driver::Dialect;
use crate::migrate::settings::Settings;

/// How long a batch takes while others are at work: too short for anybody to notice who waits
/// for a processor or for a row.
const BRIEF: Duration = Duration::from_millis(1);

/// How long a batch takes at most, and at which duty, where it cannot be seen who else is
/// at work.
const UNSEEN: Duration = Duration::from_millis(10);
const UNSEEN_DUTY: f64 = 0.5;

/// How long nobody may have been seen at work before batches grow.
const QUIET: Duration = Duration::from_millis(300);

/// Growth from one batch to the next (as spirit has it), so that one fast batch proves little.
const GROWTH: f64 = 1.5;

/// The rows of the first batch, and the fewest of any.
const FIRST: f64 = 200.0;
const FEWEST: f64 = 25.0;

/// For how long the least that a row has taken is remembered, at least.
const SPAN: Duration = Duration::from_secs(10);

/// How often the limit is thought over.
const ROUND: Duration = Duration::from_secs(1);

/// For how long no moment may have been quiet enough before one batch is tried anyhow: on a
/// database that is never idle a twentieth of the time of one connection is left. While such
/// batches come to a standstill the wait doubles, until it is so long that it is none's matter.
const STARVED: Duration = Duration::from_millis(20);
const STARVED_LONGEST: Duration = Duration::from_secs(4);

/// A batch is slowed down from this many times its usual duration on, and from that many on it
/// stands still.
const SLOWED: f64 = 1.5;
const STANDSTILL: f64 = 5.0;

/// How long the limit is not raised again to where batches were slowed down.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The pause before the next look at a database that is at work.
const LOOK_AGAIN: Duration = Duration::from_micros(500);

/// The sessions that are executing a statement at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Traffic {
    /// Those of others.
    pub(in crate::migrate) others: u32,
    /// Other workers of colmig's.
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
    gives_way: bool,
    blind: bool,
    /// The rows of the next batch.
    rows: f64,
    /// What a row takes, in seconds: an average that forgets.
    per_row: Option<f64>,
    /// What a row takes if nothing is in its way.
    floor: Floor,
    /// Fewer sessions than this may be at work when a batch begins.
    limit: u32,
    /// When that was raised last.
    raised: Duration,
    /// When somebody was seen at work last.
    busy: Option<Duration>,
    /// When the last batch began, or there was a reason to wait for another moment.
    sent: Duration,
    starved: Duration,
    /// Whether the batch under way is one that was tried anyhow.
    tried: bool,
    round: Round,
    /// How many times its usual duration the last batch took.
    times: f64,
    /// The limit at which batches were slowed down, and when.
    ceiling: Option<(u32, Duration)>,
}

/// What was seen since the limit was thought over last.
#[derive(Clone, Debug, Default)]
struct Round {
    began: Duration,
    batches: u32,
    slowed: u32,
}

impl Pace {
    pub(super) fn new(settings: &Settings, dialect: &Dialect) -> Self {
        let Dialect {
            batch_at_most,
            duty_at_most,
            pause_at_least,
            ..
        } = *dialect;
        Pace::by(settings, batch_at_most, duty_at_most, pause_at_least)
    }

    fn by(settings: &Settings, longest: Duration, duty: f64, pause: Duration) -> Self {
        let most = f64::from(settings.batch_rows);
        Pace {
            most,
            longest: settings.batch_time.min(longest),
            pause,
            duty: settings.duty.min(duty),
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
            limit: 1,
            raised: Duration::ZERO,
            busy: None,
            sent: Duration::ZERO,
            starved: STARVED,
            tried: false,
            round: Round::default(),
            times: 0.0,
            ceiling: None,
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

    /// Whether others were at work a moment ago.
    pub(super) fn is_busy(&self, now: Duration) -> bool {
        self.busy
            .is_some_and(|busy| now.saturating_sub(busy) < QUIET)
    }

    /// Whether a batch may begin; or how long to wait before the next look.
    pub(super) fn sense(
        &mut self,
        traffic: Option<Traffic>,
        now: Duration,
    ) -> Result<(), Duration> {
        let Some(traffic) = traffic else {
            // Who cannot see others goes as if there were some.
            self.blind = true;
            self.longest = self.longest.min(UNSEEN);
            self.duty = self.duty.min(UNSEEN_DUTY);
            return Ok(());
        };
        if traffic.others > 0 {
            self.busy = Some(now);
        }
        if !self.is_busy(now) {
            self.sent = now;
            return Ok(());
        }
        self.rows = self.rows.min(self.brief());
        // Workers stand aside for each other as well, once there is anybody else.
        if traffic.others + traffic.workers < self.limit {
            self.sent = now;
            return Ok(());
        }
        if now.saturating_sub(self.sent) >= self.starved {
            self.sent = now;
            self.tried = true;
            return Ok(());
        }
        Err(LOOK_AGAIN)
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
                self.note(per_row, now);
            }
        }
        self.tried = false;
        if self.gives_way {
            let target = if self.is_busy(now) {
                self.brief()
            } else {
                self.rows_in(self.longest, self.per_row)
            };
            self.rows = target.clamp(FEWEST, self.rows.max(FEWEST) * GROWTH);
        }
        self.rows = self.rows.min(self.most);
        self.sent = now;
        if self.duty >= 1.0 {
            return Duration::ZERO;
        }
        busy.mul_f64(1.0 / self.duty - 1.0).max(self.pause)
    }

    /// A batch did not get its rows in time: they are taken in smaller portions.
    pub(super) fn blocked(&mut self) {
        self.rows = (self.rows / 4.0).max(FEWEST).min(self.most);
    }

    fn note(&mut self, per_row: f64, now: Duration) {
        let times = self.floor.times(per_row, now);
        self.times = times;
        if !self.is_busy(now) {
            return;
        }
        let slowed = times > SLOWED;
        if self.tried {
            self.tried_anyhow(times, now);
            return;
        }
        self.round.batches += 1;
        self.round.slowed += u32::from(slowed);
        if now.saturating_sub(self.round.began) < ROUND {
            return;
        }
        let round = std::mem::take(&mut self.round);
        self.round.began = now;
        if self.limit > 1 && round.slowed * 2 > round.batches {
            self.ceiling = Some((self.limit, now));
            self.limit = (self.limit / 2).max(1);
        }
    }

    fn tried_anyhow(&mut self, times: f64, now: Duration) {
        self.starved = if times >= STANDSTILL {
            (self.starved * 2).min(STARVED_LONGEST)
        } else {
            STARVED
        };
        let soon = now.saturating_sub(self.raised) < ROUND;
        let raised = self.limit + 1;
        let barred = self
            .ceiling
            .is_some_and(|(ceiling, at)| raised >= ceiling && now.saturating_sub(at) < REMEMBERED);
        if times <= SLOWED && !soon && !barred {
            self.limit = raised;
            self.raised = now;
        }
    }

    /// The rows of a batch that takes as long as one may while others are at work, if none of
    /// them is in its way: smaller batches would not be gentler, only more.
    fn brief(&self) -> f64 {
        self.rows_in(BRIEF, self.floor.least())
    }

    fn rows_in(&self, duration: Duration, per_row: Option<f64>) -> f64 {
        let rows = match per_row {
            Some(per_row) if per_row > 0.0 => duration.as_secs_f64() / per_row,
            _ => FIRST,
        };
        rows.clamp(FEWEST, self.most.max(FEWEST))
    }
}

/// The least of what was seen lately: in this span of time, and in the one before.
#[derive(Clone, Debug, Default)]
struct Floor {
    before: Option<f64>,
    now: Option<f64>,
    began: Duration,
    /// Since when nothing but a standstill was seen.
    standstill: Option<Duration>,
}

impl Floor {
    /// How many times the least a value is. In a standstill the least is not forgotten, unless
    /// it lasts so long that it is none: the rows may have become larger.
    fn times(&mut self, value: f64, now: Duration) -> f64 {
        let times = self.least().map_or(1.0, |least| value / least);
        if times < STANDSTILL {
            self.standstill = None;
        } else if now.saturating_sub(*self.standstill.get_or_insert(now)) < REMEMBERED {
            return times;
        }
        if now.saturating_sub(self.began) >= SPAN {
            self.before = self.now.take();
            self.began = now;
        }
        self.now = Some(self.now.map_or(value, |least| least.min(value)));
        times.max(1.0)
    }

    fn least(&self) -> Option<f64> {
        match (self.before, self.now) {
            (Some(before), Some(now)) => Some(before.min(now)),
            (one, other) => one.or(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row takes on the database of these tests, if nothing is in its way.
    const ROW: Duration = Duration::from_micros(5);

    struct Simulated {
        pace: Pace,
        now: Duration,
    }

    impl Simulated {
        fn new(settings: &Settings) -> Self {
            let pace = Pace::by(settings, Duration::MAX, 1.0, Duration::ZERO);
            let now = Duration::ZERO;
            Simulated { pace, now }
        }

        /// A batch that takes so many times its usual duration. Its rows.
        fn batch(&mut self, slowed: f64) -> u64 {
            let rows = self.pace.rows();
            let took = ROW.mul_f64(rows as f64 * slowed);
            self.now += took;
            self.pace.record(Some(took), took, [rows, rows], self.now);
            rows
        }

        fn sense(&mut self, others: u32) -> bool {
            self.now += Duration::from_millis(1);
            let traffic = Traffic { others, workers: 0 };
            self.pace.sense(Some(traffic), self.now).is_ok()
        }
    }

    #[test]
    fn batches_grow_step_by_step_while_nobody_else_is_at_work() {
        let mut database = Simulated::new(&Settings::default());
        let mut before = database.batch(1.0);
        for _ in 0..30 {
            assert!(database.sense(0));
            let rows = database.batch(1.0);
            assert!(
                rows as f64 <= before as f64 * GROWTH + 1.0,
                "{before} {rows}"
            );
            before = rows;
        }
        assert_eq!(before, 20_000, "a batch of a tenth of a second");
    }

    #[test]
    fn with_others_at_work_batches_are_brief_and_wait_for_a_moment() {
        let mut database = Simulated::new(&Settings::default());
        for _ in 0..30 {
            database.sense(0);
            database.batch(1.0);
        }
        assert!(!database.sense(1), "somebody is at work");
        assert!(database.sense(0), "nobody is, at this moment");
        assert_eq!(database.batch(1.0), 200, "a millisecond");
        assert!(!database.sense(3));
        database.now += QUIET;
        assert!(database.sense(0));
        database.batch(1.0);
        assert!(database.pace.rows() > 200, "it is quiet again");
    }

    #[test]
    fn a_database_that_is_never_idle_is_tried_and_its_room_is_found() {
        let mut database = Simulated::new(&Settings::default());
        database.sense(4);
        for _ in 0..20 {
            database.batch(1.0);
        }
        let mut batches = 0;
        while database.pace.limit <= 4 {
            if database.sense(4) {
                database.batch(1.0);
                batches += 1;
            }
        }
        assert!(
            database.now >= Duration::from_secs(4),
            "one more each second"
        );
        assert!(
            (150..=250).contains(&batches),
            "a twentieth of the time: {batches}"
        );
        assert!(database.sense(4), "there is room beside four");
    }

    #[test]
    fn batches_that_are_slowed_down_take_the_room_back() {
        let mut database = Simulated::new(&Settings::default());
        database.sense(1);
        for _ in 0..20 {
            database.batch(1.0);
        }
        database.pace.limit = 8;
        for _ in 0..2_000 {
            if database.sense(1) {
                database.batch(3.0);
            }
        }
        assert_eq!(database.pace.limit, 1);
        assert!(!database.sense(1));
        for _ in 0..10 {
            while !database.sense(1) {}
            database.batch(30.0);
        }
        assert_eq!(database.pace.starved, STARVED_LONGEST, "nothing moves");
        let waited = (1..).find(|_| database.sense(1));
        assert!(waited > Some(3_900), "{waited:?}");
        database.batch(1.0);
        assert_eq!(database.pace.starved, STARVED, "all moves again");
    }

    #[test]
    fn rows_that_are_filled_already_say_nothing_of_the_rest() {
        let mut database = Simulated::new(&Settings::default());
        database.sense(1);
        for _ in 0..50 {
            database.sense(0);
            let took = Duration::from_micros(20);
            database
                .pace
                .record(Some(took), took, [200, 0], database.now);
        }
        assert_eq!(
            database.pace.rows(),
            200,
            "nobody knows what more would take"
        );
        database.batch(1.0);
        assert_eq!(database.pace.rows(), 200, "a millisecond");
        assert_eq!(database.pace.starved, STARVED);
    }

    #[test]
    fn who_cannot_see_others_leaves_half_of_the_time_to_them() {
        let mut database = Simulated::new(&Settings::default());
        assert!(database.pace.sense(None, database.now).is_ok());
        assert!(database.pace.is_blind());
        for _ in 0..30 {
            database.batch(1.0);
        }
        let rows = database.pace.rows();
        assert!((1_990..=2_000).contains(&rows), "ten milliseconds: {rows}");
        let took = Duration::from_millis(10);
        let pause = database
            .pace
            .record(Some(took), took, [2_000, 2_000], database.now);
        assert_eq!(pause, took);
    }

    #[test]
    fn by_hand_batches_are_as_they_were_asked_for() {
        let mut database = Simulated::new(&Settings {
            give_way: false,
            duty: 0.25,
            batch_rows: 1_000,
            ..Settings::default()
        });
        for _ in 0..3 {
            let took = Duration::from_millis(8);
            let pause = database
                .pace
                .record(Some(took), took, [1_000, 1_000], database.now);
            assert_eq!(pause, took * 3);
            assert_eq!(database.pace.rows(), 1_000);
        }
    }

    #[test]
    fn other_settings_take_nothing_away_that_was_learned() {
        let mut database = Simulated::new(&Settings::default());
        for _ in 0..30 {
            database.sense(0);
            database.batch(1.0);
        }
        let change = |settings: Settings| Pace::by(&settings, Duration::MAX, 1.0, Duration::ZERO);
        let brief = Settings {
            batch_time: Duration::from_millis(10),
            ..Settings::default()
        };
        database.pace.change_to(&change(brief));
        database.batch(1.0);
        let rows = database.pace.rows();
        assert!(
            (1_990..=2_000).contains(&rows),
            "ten milliseconds, at once: {rows}"
        );
        assert!(database.pace.per_row.is_some() && database.pace.floor.least().is_some());
        let by_hand = Settings {
            give_way: false,
            batch_rows: 700,
            ..Settings::default()
        };
        database.pace.change_to(&change(by_hand));
        assert_eq!(database.pace.rows(), 700);
        // Whoever cannot see others does not see them by other settings.
        database.pace.sense(None, database.now).unwrap();
        database.pace.change_to(&change(Settings::default()));
        assert_eq!(
            (database.pace.longest, database.pace.duty),
            (UNSEEN, UNSEEN_DUTY)
        );
    }

    #[test]
    fn rows_that_are_in_somebodys_hands_are_taken_in_smaller_portions() {
        let mut database = Simulated::new(&Settings::default());
        for _ in 0..30 {
            database.batch(1.0);
        }
        let before = database.pace.rows();
        database.pace.blocked();
        assert_eq!(database.pace.rows(), before / 4);
        for _ in 0..20 {
            database.pace.blocked();
        }
        assert_eq!(database.pace.rows(), FEWEST as u64);
    }
}

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

    fn sense(&mut self, others: u32) {
        self.now += Duration::from_millis(1);
        let traffic = Traffic { others, workers: 0 };
        self.pace.sense(Some(traffic), self.now);
    }

    /// Batches beside others that take so many times what they can. The pause after the last.
    fn beside_others(&mut self, batches: u32, slowed: f64) -> Duration {
        let mut pause = Duration::ZERO;
        for _ in 0..batches {
            self.sense(1);
            let rows = self.pace.rows();
            let took = ROW.mul_f64(rows as f64 * slowed);
            self.now += took;
            pause = self.pace.record(Some(took), took, [rows, rows], self.now);
            self.now += pause;
        }
        pause
    }
}

#[test]
fn batches_grow_step_by_step_while_nobody_else_is_at_work() {
    let mut database = Simulated::new(&Settings::default());
    let mut before = database.batch(1.0);
    for _ in 0..30 {
        database.sense(0);
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
fn with_others_at_work_batches_are_brief() {
    let mut database = Simulated::new(&Settings::default());
    for _ in 0..30 {
        database.sense(0);
        database.batch(1.0);
    }
    database.sense(1);
    let brief = BRIEF.as_micros() as u64 / ROW.as_micros() as u64;
    assert_eq!(database.pace.rows(), brief, "at once");
    assert_eq!(database.beside_others(10, 1.0), Duration::ZERO);
    assert_eq!(database.pace.rows(), brief);
    database.now += QUIET;
    database.sense(0);
    database.batch(1.0);
    assert!(database.pace.rows() > brief, "it is quiet again");
}

#[test]
fn what_another_worker_has_seen_holds_also_where_a_look_sees_nobody() {
    let mut database = Simulated::new(&Settings::default());
    for _ in 0..30 {
        database.sense(0);
        database.batch(1.0);
    }
    let brief = BRIEF.as_micros() as u64 / ROW.as_micros() as u64;
    database.now += Duration::from_secs(1);
    database.pace.hear(Some(database.now));
    database.sense(0);
    assert!(database.pace.is_busy(database.now));
    assert_eq!(database.pace.rows(), brief);
    // Nor does it begin where it was before them when they are gone.
    database.now += QUIET;
    database.pace.hear(Some(Duration::ZERO));
    assert!(!database.pace.is_busy(database.now));
    assert_eq!(database.pace.rows(), brief);
}

#[test]
fn where_a_database_asks_for_it_others_have_a_share_of_the_time() {
    let mut database = Simulated::new(&Settings::default());
    database.pace.duty_beside = 0.5;
    database.sense(0);
    let rows = database.pace.rows();
    let took = ROW.mul_f64(rows as f64);
    let alone = database
        .pace
        .record(Some(took), took, [rows, rows], database.now);
    assert_eq!(alone, Duration::ZERO);
    let pause = database.beside_others(10, 1.0);
    let brief = ROW.mul_f64(database.pace.rows() as f64);
    assert_eq!(pause, brief, "as long as the batch took");
}

#[test]
fn it_is_looked_after_each_batch_of_an_idle_database_and_rarely_beside_others() {
    let mut database = Simulated::new(&Settings::default());
    database.sense(0);
    assert!(database.pace.is_to_look(database.now));
    database.sense(1);
    assert!(!database.pace.is_to_look(database.now));
    assert!(database.pace.is_to_look(database.now + LOOK));
}

#[test]
fn what_batches_wait_for_others_is_left_to_them_with_more() {
    let mut database = Simulated::new(&Settings::default());
    database.beside_others(10, 1.0);
    let tolerated = database.beside_others(200, TOLERATED);
    assert!(tolerated.is_zero(), "{tolerated:?}");
    let once = database.beside_others(1, 30.0);
    assert!(once < BRIEF * 2, "one batch says little: {once:?}");
    let slowed = database.beside_others(200, TOLERATED + 4.0);
    let expected = BRIEF.mul_f64(4.0 * 4.0);
    assert!(
        slowed > expected.mul_f64(0.9) && slowed <= expected,
        "{slowed:?}"
    );
    let standstill = database.beside_others(60, 100.0);
    assert!(
        standstill > BRIEF.mul_f64(0.9 * MOST) && standstill <= BRIEF.mul_f64(MOST),
        "{standstill:?}"
    );
    assert_eq!(
        database.beside_others(200, 1.0),
        Duration::ZERO,
        "all moves again"
    );
}

#[test]
fn workers_of_several_processes_leave_together_what_one_would() {
    let mut database = Simulated::new(&Settings::default());
    let alone = database.beside_others(20, 1.0);
    let traffic = Traffic {
        others: 1,
        workers: 2,
    };
    database.pace.sense(Some(traffic), database.now);
    let rows = database.pace.rows();
    let took = ROW * rows as u32;
    let pause = database
        .pace
        .record(Some(took), took, [rows, rows], database.now);
    assert_eq!(pause, alone + (took + alone) * 2);
}

#[test]
fn rows_that_are_filled_already_say_nothing_of_the_rest() {
    let mut database = Simulated::new(&Settings::default());
    database.sense(1);
    for _ in 0..50 {
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
    database.batch(2.0);
    let rows = database.pace.rows();
    assert!((49..=50).contains(&rows), "brief: {rows}");
}

#[test]
fn who_cannot_see_others_leaves_half_of_the_time_to_them() {
    let mut database = Simulated::new(&Settings::default());
    database.pace.sense(None, database.now);
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
    database.pace.sense(None, database.now);
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

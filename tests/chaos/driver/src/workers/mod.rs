//! A backfill by a run and several worker processes, each of which is killed with SIGKILL again
//! and again, on a server that is stopped at once and started again.
//!
//! The database counts: a trigger writes down every update of a row that is committed, and a
//! sequence counts those that are not as well. So a row that was filled twice shows, and so does
//! work that was done for nothing.

mod project;
mod report;

use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use colmig_chaos_app::Random;
use colmig_harness::{Endpoint, Postgres, Storage};

use crate::build::Programs;
use crate::error::{Error, Result};
use project::Project;
pub use report::WorkersReport;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// The rows of the table.
    pub rows: u64,
    /// How many worker processes there are beside the run.
    pub processes: u32,
    /// How often each process is killed, the run as well.
    pub kills: u32,
    /// How often the server is stopped.
    pub stops: u32,
    /// The share of the time for which each worker works until nothing is killed any more, so
    /// that there is something left to do for as long as that takes.
    pub duty: f64,
    /// By what the moments are drawn.
    pub seed: u64,
}

/// How long a worker lives before it is killed, in milliseconds; and for how much longer a run
/// does, which has to wait for the lease of the one before it.
const LIFE: (u64, u64) = (150, 1_500);
const OF_RUN: u64 = 1_000;

/// For how long the server is left alone.
const CALM: (u64, u64) = (2_000, 6_000);

/// For how long the work goes on after the last kill, before there is no answer.
const PATIENCE: Duration = Duration::from_secs(600);

/// What each row has to hold, as the rule says it, computed from the key alone.
const EXPECTED: &str = "upper('first' || id) || ', ' || 'last' || id % 97";

impl Workers {
    /// Runs until the backfill is done.
    ///
    /// # Errors
    /// The set-up failed, or a command got nowhere; nothing that was found is said then.
    pub fn run(self) -> Result<WorkersReport> {
        let programs = Programs::command_only()?;
        let server = Postgres::builder()
            .storage(Storage::Memory)
            .durable(true)
            .start()?;
        let endpoint = server.endpoint().clone();
        let name = endpoint.create_database("workers")?;
        let project = Project::create(programs, &endpoint.url(&name), self.duty)?;
        self.fill(&endpoint, &name)?;
        project.add_the_column()?;
        let place = Place {
            project,
            endpoint,
            name,
            server: Mutex::new(server),
            over: AtomicBool::new(false),
            unstruck: AtomicU32::new(match self.kills {
                0 => 1,
                _ => self.processes + 2,
            }),
        };
        let began = Instant::now();
        let (killed, stopped) = thread::scope(|scope| {
            let processes: Vec<_> = (0..=self.processes)
                .map(|number| {
                    let place = &place;
                    scope.spawn(move || self.harass(place, number))
                })
                .collect();
            let stopping = scope.spawn(|| self.stop(&place));
            let killed: Result<Vec<Killed>> = processes
                .into_iter()
                .map(|process| process.join().unwrap_or(Err(Error::NotBuilt)))
                .collect();
            place.over.store(true, Ordering::SeqCst);
            (killed, stopping.join().unwrap_or(Err(Error::NotBuilt)))
        });
        self.judge(&place, began.elapsed(), &killed?, stopped?)
    }

    /// Fills the table, and lets the database count.
    fn fill(self, endpoint: &Endpoint, name: &str) -> Result<()> {
        let sql = format!(
            "INSERT INTO items (id, first_name, last_name) SELECT i, 'first' || i, 'last' || i % 97 \
             FROM generate_series(1, {}) AS i;
             CREATE SEQUENCE work;
             CREATE TABLE touched (id bigint NOT NULL, work bigint NOT NULL DEFAULT nextval('work'));
             CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN INSERT INTO touched (id) VALUES (NEW.id); RETURN NULL; END';
             CREATE TRIGGER touch AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();
             VACUUM ANALYZE items;",
            self.rows
        );
        endpoint.psql(name, &sql)?;
        Ok(())
    }

    /// Starts a process again and again, and kills it; the last one comes to its end.
    fn harass(self, place: &Place, number: u32) -> Result<Killed> {
        let run = number == 0;
        let mut random = Random::new(self.seed.wrapping_add(u64::from(number) << 32));
        let mut killed = Killed::default();
        let arguments: &[&str] = match run {
            true => &["run", "--until", "backfill"],
            false => &["run", "--worker"],
        };
        // There is nothing to claim before the run has divided the table, and nothing to kill.
        while !run && !place.is_divided() {
            thread::sleep(Duration::from_millis(50));
        }
        let mut calm = Instant::now();
        loop {
            let mut child = place.project.start(arguments)?;
            if killed.kills < self.kills && !killed.too_late {
                let life = LIFE.0 + random.below(LIFE.1 - LIFE.0);
                thread::sleep(Duration::from_millis(life + if run { OF_RUN } else { 0 }));
                if ended(&mut child).is_none() {
                    let _ = child.kill();
                    let _ = child.wait();
                    // One that had nothing more to do proves nothing.
                    killed.too_late = place.is_filled();
                    killed.kills += u32::from(!killed.too_late);
                    if killed.kills == self.kills {
                        place.struck()?;
                    }
                    calm = Instant::now();
                    continue;
                }
            }
            loop {
                match ended(&mut child) {
                    Some(true) => {
                        killed.too_late |= killed.kills < self.kills;
                        return Ok(killed);
                    }
                    // The server was not there.
                    Some(false) => break,
                    None if calm.elapsed() > PATIENCE => {
                        let _ = child.kill();
                        let _ = child.wait();
                        return Err(Error::Stuck {
                            command: arguments.join(" "),
                            seconds: PATIENCE.as_secs(),
                            said: String::new(),
                        });
                    }
                    None => thread::sleep(Duration::from_millis(20)),
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops the server now and then. How often, and how much work was lost with it.
    fn stop(self, place: &Place) -> Result<Stopped> {
        let mut random = Random::new(!self.seed);
        let mut stopped = Stopped::default();
        while !place.is_divided() {
            thread::sleep(Duration::from_millis(50));
        }
        while stopped.stops < self.stops {
            let until =
                Instant::now() + Duration::from_millis(CALM.0 + random.below(CALM.1 - CALM.0));
            while Instant::now() < until {
                if place.over.load(Ordering::SeqCst) || place.is_filled() {
                    return Ok(stopped);
                }
                thread::sleep(Duration::from_millis(200));
            }
            let before = place.number("SELECT last_value FROM work")?;
            {
                let mut server = place.server.lock().unwrap_or_else(PoisonError::into_inner);
                server.stop_immediate()?;
                server.restart()?;
            }
            // What was not on the disk was done for nothing, and is forgotten by the sequence.
            let after = place.number("SELECT last_value FROM work")?;
            stopped.lost += before.saturating_sub(after);
            stopped.stops += 1;
        }
        place.struck()?;
        Ok(stopped)
    }

    fn judge(
        self,
        place: &Place,
        took: Duration,
        killed: &[Killed],
        stopped: Stopped,
    ) -> Result<WorkersReport> {
        let checksum = |value: &str| {
            place.text(&format!(
                "SELECT sum(hashtextextended(id || ':' || {value}, 0)) FROM items"
            ))
        };
        let expected = place.text(&format!(
            "SELECT sum(hashtextextended(id || ':' || {EXPECTED}, 0)) FROM generate_series(1, {}) AS id",
            self.rows
        ))?;
        Ok(WorkersReport {
            rows: self.rows,
            processes: self.processes,
            kills: killed.iter().map(|killed| killed.kills).collect(),
            wanted_kills: self.kills,
            stops: stopped.stops,
            wanted_stops: self.stops,
            right: checksum("display_name")? == expected,
            filled: place.number("SELECT count(DISTINCT id) FROM touched")?,
            updates: place.number("SELECT count(*) FROM touched")?,
            work: place.number("SELECT last_value FROM work")? + stopped.lost,
            seconds: took.as_secs_f64(),
        })
    }
}

/// The database, and the project that is rolled out on it.
struct Place {
    project: Project,
    endpoint: Endpoint,
    name: String,
    server: Mutex<Postgres>,
    /// Whether every process has come to its end.
    over: AtomicBool,
    /// How many have not been struck as often as they should be: the processes, and the server.
    unstruck: AtomicU32,
}

impl Place {
    fn text(&self, sql: &str) -> Result<String> {
        Ok(self.endpoint.psql(&self.name, sql)?)
    }

    fn number(&self, sql: &str) -> Result<u64> {
        Ok(self.text(sql)?.parse().unwrap_or_default())
    }

    /// One of them was struck as often as it should be. After the last the rest is filled at
    /// full speed.
    fn struck(&self) -> Result<()> {
        match self.unstruck.fetch_sub(1, Ordering::SeqCst) {
            1 => match self.project.hurry() {
                // It may have ended just before.
                Err(_) if self.is_filled() => Ok(()),
                hurried => hurried,
            },
            _ => Ok(()),
        }
    }

    /// Whether there are ranges. A server that is not there says no.
    fn is_divided(&self) -> bool {
        self.number("SELECT count(*) FROM colmig_range")
            .unwrap_or_default()
            > 0
    }

    /// Whether nothing is left to fill. A server that is not there says no.
    fn is_filled(&self) -> bool {
        self.number("SELECT count(*) FROM colmig_range WHERE done = 0")
            .is_ok_and(|left| left == 0)
            && self
                .number("SELECT count(*) FROM colmig_step WHERE phase = 'backfill'")
                .is_ok_and(|begun| begun > 0)
    }
}

/// How often a process was killed.
#[derive(Clone, Copy, Debug, Default)]
struct Killed {
    kills: u32,
    /// Whether all was filled before it was killed as often as it should be.
    too_late: bool,
}

/// How often the server was stopped.
#[derive(Clone, Copy, Debug, Default)]
struct Stopped {
    stops: u32,
    /// The updates that the server forgot with its processes.
    lost: u64,
}

/// Whether a process has ended, and if so whether well.
fn ended(child: &mut Child) -> Option<bool> {
    match child.try_wait() {
        Ok(None) => None,
        Ok(Some(status)) => Some(status.success()),
        Err(_) => Some(false),
    }
}

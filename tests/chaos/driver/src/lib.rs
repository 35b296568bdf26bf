//! Chaos for real: three builds of one application run side by side as processes, and write and
//! read values that are known, while the phases of a migration walk forward and back and faults
//! strike. A checker compares every read with what was written.
//!
//! `docs/chaos.md` says how to run it and what it prints.

#![forbid(unsafe_code)]

mod build;
pub mod checker;
mod command;
mod error;
mod faults;
mod fleet;
mod history;
mod place;
mod report;
mod walk;
mod workers;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use colmig_chaos_app::Random;

use crate::build::{Build, Programs};
use crate::command::{CREATE, Command};
use crate::faults::Faults;
use crate::fleet::Fleet;
use crate::history::History;
use crate::place::Place;
use crate::walk::Walk;

pub use crate::error::{Error, Result};
pub use crate::place::Database;
pub use crate::report::Report;
pub use crate::workers::{Workers, WorkersReport};

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Chaos {
    /// On which database.
    pub database: Database,
    /// For how long.
    pub time: Duration,
    /// By what builds, ways and faults are drawn.
    pub seed: u64,
    /// How many instances run side by side.
    pub instances: usize,
}

impl Chaos {
    /// Runs until the time is over, round after round, each with a fresh database.
    ///
    /// # Errors
    /// The set-up failed, or a command got nowhere; nothing that was found is said then.
    pub fn run(self) -> Result<Report> {
        let programs = Programs::compile(self.database)?;
        let place = place::open(self.database)?;
        let began = Instant::now();
        let until = began + self.time;
        let mut sum = Report::default();
        sum.seed = self.seed;
        sum.database = self.database.title();
        let mut random = Random::new(self.seed);
        while Instant::now() < until {
            sum.rounds += 1;
            let seed = random.below(u64::MAX);
            let round = self.round(&programs, &*place, sum.rounds, seed, until)?;
            sum.add(round);
        }
        sum.seconds = began.elapsed().as_secs();
        Ok(sum)
    }

    fn round(
        self,
        programs: &Programs,
        place: &dyn Place,
        number: u64,
        seed: u64,
        until: Instant,
    ) -> Result<Report> {
        let address = place.database(number)?;
        let command = Command::new(programs, self.database, &address.of_command)?;
        let history = Arc::new(Mutex::new(History::new(self.database.reads_early())));
        let cold = self.database.cold_rows();
        let fleet = Fleet::new(programs, &address.of_instances, cold, &history);
        let fleet = Mutex::new(fleet);
        // The table is there before the first instance, as it would be, and nothing fails yet.
        command.run(&["run", CREATE], Instant::now() + Duration::from_secs(60))?;
        lock(&fleet).once(Build::Before, &address.of_command[0], "seed")?;
        let over = AtomicBool::new(false);
        let faults = Faults {
            place,
            command: &command,
            fleet: &fleet,
            history: &history,
            over: &over,
        };
        let mut walk = Walk {
            database: self.database,
            command: &command,
            fleet: &fleet,
            history: &history,
            random: Random::new(seed),
            until,
            instances: self.instances,
        };
        let (walked, struck) = std::thread::scope(|scope| {
            let striking = scope.spawn(|| faults.strike(&mut Random::new(!seed)));
            let walked = walk.walk();
            over.store(true, Ordering::SeqCst);
            (walked, striking.join())
        });
        lock(&fleet).finish();
        walked?;
        if let Ok(struck) = struck {
            struck?;
        }
        // The builds that can read the table in any phase have the last look.
        lock(&fleet).once(Build::During, &address.of_command[0], "sweep")?;
        drop(fleet);
        let history = std::mem::take(&mut *lock(&history));
        Ok(history.judge())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

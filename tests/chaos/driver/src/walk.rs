//! The way of one round through the phases: forward, back, on again, and to the end.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use colmig_chaos_app::{Random, RawWrites, now};

use crate::build::Build;
use crate::command::{Command, REPLACE};
use crate::error::Result;
use crate::fleet::Fleet;
use crate::history::History;
use crate::place::Database;

/// The phases that `run` enters.
const PHASES: [&str; 5] = [
    "expand",
    "dual-write",
    "backfill",
    "constrain",
    "switch-reads",
];

/// From this phase on the new columns are there for raw SQL as well.
const DUAL_WRITE: usize = 1;

/// From this phase on a build that does not write the new columns would make rows stale.
const BACKFILL: usize = 2;

/// Where the reads go on their way.
const READS: [&str; 5] = ["shadow", "25%", "legacy", "60%", "target"];

/// One round.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) database: Database,
    pub(crate) command: &'a Command,
    pub(crate) fleet: &'a Mutex<Fleet>,
    pub(crate) history: &'a Mutex<History>,
    pub(crate) random: Random,
    /// When the whole run is over.
    pub(crate) until: Instant,
    pub(crate) instances: usize,
}

/// Whether the way goes on.
enum Way {
    On,
    /// The time is over.
    Over,
}

impl Walk<'_> {
    /// Walks until the change has come to its end, or the time has.
    pub(crate) fn walk(&mut self) -> Result<()> {
        self.go().map(|_| ())
    }

    fn entered(&self, what: &str) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.report.phase(what);
    }

    /// Somebody deploys a build that does not fit.
    fn misfit(&mut self, build: Build) -> Result<()> {
        if !self.random.chance(30) {
            return Ok(());
        }
        self.entered(&format!("a build that does not fit: {build}"));
        Fleet::misfit(self.fleet, build, Duration::from_millis(700))
    }

    /// Lets the fleet work for a while, in which builds are deployed and rolled back.
    fn dwell(&mut self) -> Result<()> {
        for _ in 0..self.random.below(3) {
            if Instant::now() >= self.until {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100 + self.random.below(300)));
            let mut fleet = self.fleet.lock().unwrap_or_else(PoisonError::into_inner);
            fleet.replace(&mut self.random)?;
        }
        let pause = Duration::from_millis(200 + self.random.below(600));
        let left = self.until.saturating_duration_since(Instant::now());
        std::thread::sleep(pause.min(left));
        Ok(())
    }

    fn allow(&mut self, builds: &[Build]) -> Result<()> {
        let mut fleet = self.fleet.lock().unwrap_or_else(PoisonError::into_inner);
        fleet.allow(builds, &mut self.random)
    }

    fn raw(&mut self, writes: RawWrites) -> Result<()> {
        let mut fleet = self.fleet.lock().unwrap_or_else(PoisonError::into_inner);
        fleet.tell(writes, &mut self.random)
    }

    fn go(&mut self) -> Result<Way> {
        self.allow(&[Build::Before])?;
        for _ in 0..self.instances {
            let mut fleet = self.fleet.lock().unwrap_or_else(PoisonError::into_inner);
            fleet.deploy(&mut self.random)?;
        }
        self.dwell()?;
        loop {
            // New code may come before the first phase, and later, and go again.
            self.allow(&[Build::Before, Build::During])?;
            let turn = self.random.below(9) as usize;
            for (at, phase) in PHASES.iter().enumerate() {
                let alone = at >= BACKFILL && !self.database.serves_old_builds();
                if at == BACKFILL && alone {
                    self.allow(&[Build::During])?;
                }
                if let Way::Over = self.forward(at, phase)? {
                    return Ok(Way::Over);
                }
                self.dwell()?;
                self.misfit(Build::After)?;
                if alone {
                    self.misfit(Build::Before)?;
                }
                if at == turn {
                    break;
                }
            }
            if turn >= PHASES.len() {
                break;
            }
            if turn + 1 == PHASES.len()
                && let Way::Over = self.switch()?
            {
                return Ok(Way::Over);
            }
            if let Way::Over = self.back()? {
                return Ok(Way::Over);
            }
            self.dwell()?;
        }
        if let Way::Over = self.switch()? {
            return Ok(Way::Over);
        }
        self.contract()
    }

    fn forward(&mut self, at: usize, phase: &str) -> Result<Way> {
        let mut words = vec!["run", REPLACE, "--again"];
        if at >= BACKFILL && !self.database.serves_old_builds() {
            // Nobody writes past the accessors any more, which somebody has to say.
            words.push("--assume-drained");
        }
        words.extend(["--until", phase]);
        if !self.command.run(&words, self.until)? {
            return Ok(Way::Over);
        }
        self.entered(&format!("forward: {phase}"));
        if at == DUAL_WRITE {
            self.raw(self.database.raw_writes())?;
        }
        Ok(Way::On)
    }

    /// Moves reads to the target, with steps back in between.
    fn switch(&mut self) -> Result<Way> {
        for reads in READS {
            if reads != "target" && self.random.chance(40) {
                continue;
            }
            if !self
                .command
                .run(&["switch", "--reads", reads], self.until)?
            {
                return Ok(Way::Over);
            }
            self.entered(&format!("reads: {reads}"));
            self.dwell()?;
            self.misfit(Build::After)?;
        }
        Ok(Way::On)
    }

    fn back(&mut self) -> Result<Way> {
        // Raw SQL that names new columns has to be out of the code before they are.
        self.raw(RawWrites::Nothing)?;
        let from = now();
        let done = self.command.run(&["abort", REPLACE, "--yes"], self.until)?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.aborted(from, done.then(now));
        if !done {
            return Ok(Way::Over);
        }
        history.report.phase("abort");
        Ok(Way::On)
    }

    fn contract(&mut self) -> Result<Way> {
        self.allow(&[Build::During])?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.contracting(now());
        drop(history);
        let done = self
            .command
            .run(&["contract", REPLACE, "--yes", "--keep-files"], self.until)?;
        if !done {
            return Ok(Way::Over);
        }
        self.entered("forward: contract");
        self.raw(RawWrites::All)?;
        self.allow(&[Build::During, Build::After])?;
        for _ in 0..3 {
            self.dwell()?;
            self.misfit(Build::Before)?;
        }
        self.allow(&[Build::After])?;
        self.dwell()?;
        self.entered("end: everybody is after");
        Ok(Way::On)
    }
}

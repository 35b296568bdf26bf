//! What became of the rows, and what it took.

use std::fmt;

/// What became of the rows, and what it took.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WorkersReport {
    /// The rows of the table.
    pub rows: u64,
    /// How many worker processes there were beside the run.
    pub processes: u32,
    /// How often each process was killed while rows were left to fill: the run first.
    pub kills: Vec<u32>,
    /// How often each should have been.
    pub wanted_kills: u32,
    /// How often the server was stopped at once while rows were left to fill.
    pub stops: u32,
    /// How often it should have been.
    pub wanted_stops: u32,
    /// Whether the checksum of all rows is that of what the rule gives.
    pub right: bool,
    /// The rows that were filled.
    pub filled: u64,
    /// The updates of rows that were committed.
    pub updates: u64,
    /// The updates of rows, with those that were rolled back or lost in a crash.
    pub work: u64,
    /// How long it took.
    pub seconds: f64,
}

/// More work than this, by the rows, is too much.
const MOST_WORK: f64 = 1.1;

impl WorkersReport {
    /// All work over the rows of the table.
    pub fn total_work(&self) -> f64 {
        self.work as f64 / self.rows.max(1) as f64
    }

    /// Whether every row is right, was filled once, and at a fair price.
    pub fn is_clean(&self) -> bool {
        self.right
            && self.filled == self.rows
            && self.updates == self.rows
            && self.total_work() < MOST_WORK
    }

    /// Whether as much was killed and stopped as should have been.
    pub fn is_complete(&self) -> bool {
        self.kills.iter().all(|kills| *kills >= self.wanted_kills)
            && self.stops >= self.wanted_stops
    }
}

impl fmt::Display for WorkersReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kills: Vec<String> = self.kills.iter().map(u32::to_string).collect();
        writeln!(f, "rows                       {}", self.rows)?;
        writeln!(
            f,
            "worker processes           {}, and a run",
            self.processes
        )?;
        writeln!(f, "seconds                    {:.0}", self.seconds)?;
        writeln!(f, "kills, of the run first    {}", kills.join(", "))?;
        writeln!(f, "stops of the server        {}", self.stops)?;
        writeln!(f, "rows that were filled      {}", self.filled)?;
        writeln!(f, "committed updates of rows  {}", self.updates)?;
        writeln!(f, "all updates of rows        {}", self.work)?;
        writeln!(f, "total work                 {:.4}", self.total_work())?;
        writeln!(
            f,
            "checksum                   {}",
            if self.right { "right" } else { "WRONG" }
        )?;
        if !self.is_complete() {
            writeln!(
                f,
                "all was filled too soon to kill each process {} times and stop the server {} times: give more --rows",
                self.wanted_kills, self.wanted_stops
            )?;
        }
        Ok(())
    }
}

//! What goes wrong, on purpose.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use colmig_chaos_app::Random;

use crate::command::Command;
use crate::error::Result;
use crate::fleet::Fleet;
use crate::history::History;
use crate::place::Place;

/// How often it is looked whether somebody has stood still for long enough.
const TICK: Duration = Duration::from_millis(50);

/// A kind of fault, and how often it comes in comparison.
const KINDS: [(Kind, u64); 6] = [
    (Kind::KillInstance, 30),
    (Kind::KillCommand, 14),
    (Kind::PauseInstance, 18),
    (Kind::CutConnections, 18),
    (Kind::StopServer, 5),
    (Kind::KillServer, 5),
];

#[derive(Clone, Copy, Debug)]
enum Kind {
    KillInstance,
    KillCommand,
    PauseInstance,
    CutConnections,
    StopServer,
    KillServer,
}

/// What faults strike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults<'a> {
    pub(crate) place: &'a dyn Place,
    pub(crate) command: &'a Command,
    pub(crate) fleet: &'a Mutex<Fleet>,
    pub(crate) history: &'a Mutex<History>,
    pub(crate) over: &'a AtomicBool,
}

impl Faults<'_> {
    /// Strikes again and again, until it is over.
    pub(crate) fn strike(&self, random: &mut Random) -> Result<()> {
        let mut next = Instant::now() + Duration::from_millis(500);
        while !self.over.load(Ordering::SeqCst) {
            self.fleet().resume_due();
            if Instant::now() < next {
                std::thread::sleep(TICK);
                continue;
            }
            self.one(random)?;
            next = Instant::now() + Duration::from_millis(400 + random.below(2_000));
        }
        Ok(())
    }

    fn fleet(&self) -> MutexGuard<'_, Fleet> {
        self.fleet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_telling(&self) -> bool {
        self.place.elects() && self.command.is_about(&["backfill", "constrain"])
    }

    fn one(&self, random: &mut Random) -> Result<()> {
        // Where another server takes over, most can go wrong while these are on their way.
        let elections = [
            Kind::CutConnections,
            Kind::StopServer,
            Kind::KillServer,
            Kind::KillServer,
        ];
        let kind = match random.one_of(&elections) {
            Some(kind) if self.is_telling() && random.chance(25) => *kind,
            _ => choose(random),
        };
        let what = match kind {
            Kind::KillInstance => {
                self.fleet().kill(random)?;
                "kill -9 of an instance"
            }
            Kind::KillCommand => {
                if !self.command.kill() {
                    return Ok(());
                }
                "kill -9 of the command"
            }
            Kind::PauseInstance => {
                self.fleet().pause(random);
                "an instance stopped for longer than its lease"
            }
            Kind::CutConnections if self.place.proxies().is_empty() => match self.place.elect()? {
                Some(what) => what,
                None => return Ok(()),
            },
            Kind::CutConnections => {
                let Some(proxy) = random.one_of(self.place.proxies()) else {
                    return Ok(());
                };
                proxy.refuse(random.chance(50));
                proxy.cut();
                std::thread::sleep(Duration::from_millis(random.below(400)));
                proxy.refuse(false);
                "every connection to a server cut"
            }
            Kind::StopServer | Kind::KillServer => {
                let killed = matches!(kind, Kind::KillServer);
                match self.place.crash(killed, random)? {
                    Some(what) => what,
                    None => return Ok(()),
                }
            }
        };
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.report.fault(what);
        Ok(())
    }
}

fn choose(random: &mut Random) -> Kind {
    let mut at = random.below(KINDS.iter().map(|(_, weight)| weight).sum());
    for (kind, weight) in KINDS {
        if at < weight {
            return kind;
        }
        at -= weight;
    }
    Kind::KillInstance
}

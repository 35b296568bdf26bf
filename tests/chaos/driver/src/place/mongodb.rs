//! Three servers of MongoDB that are a replica set.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use colmig_chaos_app::Random;
use colmig_harness::{HarnessError, MongoDbEndpoint, Proxy, ReplicaSet};

use super::{Address, Place};
use crate::error::Result;

/// How long a primary may be silent: so long that a busy machine is not yet taken for a dead one.
const ELECTION: Duration = Duration::from_millis(1_500);

#[derive(Debug)]
pub(super) struct Set {
    set: Mutex<ReplicaSet>,
    endpoint: MongoDbEndpoint,
}

impl Set {
    pub(super) fn start() -> Result<Set> {
        let set = ReplicaSet::builder()
            .election_timeout(ELECTION)
            // What an instance had open that was killed holds the locks of its collection until then.
            .parameter("transactionLifetimeLimitSeconds", "3")
            .start()?;
        Ok(Set {
            endpoint: set.endpoint().clone(),
            set: Mutex::new(set),
        })
    }
}

impl Place for Set {
    fn database(&self, _round: u64) -> Result<Address> {
        let name = self.endpoint.create_database("chaos")?;
        let url = self.endpoint.url(&name);
        Ok(Address::of_one(url.clone(), url))
    }

    /// Mostly it is the primary: the others are hardly missed.
    fn crash(&self, killed: bool, random: &mut Random) -> Result<Option<&'static str>> {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let primary = set.primary()?;
        let another = random.chance(15);
        let node = if another { (primary + 1) % 3 } else { primary };
        let what = match (killed, another) {
            (true, false) => "kill -9 of the primary, which then rejoins",
            (true, true) => "kill -9 of a secondary, which then rejoins",
            (false, false) => "stop of the primary in good order, which then rejoins",
            (false, true) => "stop of a secondary in good order, which then rejoins",
        };
        match killed {
            true => set.kill9(node)?,
            false => set.stop(node)?,
        }
        // The others go on without it for a while.
        set.primary()?;
        std::thread::sleep(Duration::from_millis(random.below(1_500)));
        set.restart(node)?;
        Ok(Some(what))
    }

    fn elects(&self) -> bool {
        true
    }

    fn elect(&self) -> Result<Option<&'static str>> {
        let set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        match set.step_down() {
            Ok(_) => Ok(Some("the primary stepped down")),
            // None of the others could take over in time, so it stays.
            Err(HarnessError::Refused { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn proxies(&self) -> &[Proxy] {
        // Clients reach the nodes by the names that the set tells them.
        &[]
    }
}

//! Three servers of MariaDB that are one.

use std::sync::{Mutex, PoisonError};

use colmig_chaos_app::Random;
use colmig_harness::{GaleraCluster, MariaDbEndpoint, Proxy};

use super::{Address, Place};
use crate::error::Result;

#[derive(Debug)]
pub(super) struct Cluster {
    cluster: Mutex<GaleraCluster>,
    endpoints: Vec<MariaDbEndpoint>,
    proxies: Vec<Proxy>,
}

/// How many nodes there are.
const NODES: usize = 3;

impl Cluster {
    pub(super) fn start() -> Result<Cluster> {
        let cluster = GaleraCluster::builder()
            // A dead node holds up the others for less time than by default, and a busy machine
            // is not yet taken for a dead node.
            .provider_option("evs.suspect_timeout", "PT2S")
            .provider_option("evs.inactive_timeout", "PT6S")
            .provider_option("evs.inactive_check_period", "PT0.25S")
            .provider_option("evs.keepalive_period", "PT0.25S")
            .start()?;
        let endpoints: Vec<_> = (0..NODES)
            .map(|node| cluster.node(node).endpoint().clone())
            .collect();
        let proxies = endpoints.iter().map(|node| Ok(Proxy::start(node.port())?));
        Ok(Cluster {
            proxies: proxies.collect::<Result<_>>()?,
            endpoints,
            cluster: Mutex::new(cluster),
        })
    }
}

impl Place for Cluster {
    fn database(&self, _round: u64) -> Result<Address> {
        let name = self.endpoints[0].create_database("chaos")?;
        let through = |proxy: &Proxy| format!("mysql://root@127.0.0.1:{}/{name}", proxy.port());
        Ok(Address {
            of_instances: self.proxies.iter().map(through).collect(),
            of_command: self.endpoints.iter().map(|node| node.url(&name)).collect(),
        })
    }

    fn crash(&self, killed: bool, random: &mut Random) -> Result<Option<&'static str>> {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        let node = random.below(NODES as u64) as usize;
        let what = if killed {
            cluster.kill9(node)?;
            "kill -9 of a node, which then rejoins"
        } else {
            cluster.stop(node)?;
            "stop of a node in good order, which then rejoins"
        };
        // The others go on without it for a while.
        cluster.wait_until_synced()?;
        std::thread::sleep(std::time::Duration::from_millis(random.below(1_500)));
        cluster.restart(node)?;
        Ok(Some(what))
    }

    fn proxies(&self) -> &[Proxy] {
        &self.proxies
    }
}

//! Three MariaDB servers that are one: a Galera cluster.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::builder::Data;
use super::{MariaDb, MariaDbBuilder, MariaDbEndpoint};
use crate::install::{self, Server};
use crate::port::Port;
use crate::{HarnessError, Storage};

/// What makes a cluster of servers, where distributions put it.
const PROVIDERS: [&str; 3] = [
    "/usr/lib/galera/libgalera_smm.so",
    "/usr/lib64/galera-4/libgalera_smm.so",
    "/usr/lib/galera-4/libgalera_smm.so",
];

/// How many servers there are: the fewest that outvote a dead one.
const NODES: usize = 3;

/// The transfer of all data to a node is part of getting synced.
const SYNC_LIMIT: Duration = Duration::from_secs(90);

/// How often a node is asked how it is.
const POLL: Duration = Duration::from_millis(50);

/// How a node says that it is one of the cluster, and as good as any other.
const SYNCED: &str = "Synced";

/// The setting that names the nodes of a cluster.
const MEMBERS: &str = "wsrep-cluster-address";

/// The setting that tells a node what it has already.
const POSITION: &str = "wsrep-start-position";

/// Options for a cluster: [`GaleraCluster::builder`].
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct GaleraBuilder {
    settings: Vec<(String, String)>,
    options: Vec<(String, String)>,
    storage: Storage,
}

impl GaleraBuilder {
    /// Gives one of the settings of every node a value: `--name=value`.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Gives one of the options of every node's provider a value, such as
    /// `evs.suspect_timeout`.
    pub fn provider_option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// Chooses where the data lies.
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// Starts the nodes, one after the other, and returns when each is synced.
    pub fn start(self) -> Result<GaleraCluster, HarnessError> {
        let provider = provider()?;
        let ports = (0..NODES)
            .map(|_| Ports::claim())
            .collect::<Result<Vec<_>, _>>()?;
        let addresses: Vec<_> = ports
            .iter()
            .map(|ports| on_loopback(&ports.group))
            .collect();
        let everybody = format!("gcomm://{}", addresses.join(","));

        let mut cluster = GaleraCluster { nodes: Vec::new() };
        for (number, ports) in ports.into_iter().enumerate() {
            let mut settings = self.node(number, provider, &ports);
            // The first node is the cluster, and later one of those that look
            // for it, as all others do.
            let first = number == 0;
            let members = if first {
                "gcomm://"
            } else {
                everybody.as_str()
            };
            settings.push((MEMBERS.to_owned(), members.to_owned()));
            let data = if first { Data::New } else { Data::Awaited };
            let mut builder = MariaDbBuilder::default().storage(self.storage);
            for (name, value) in &self.settings {
                builder = builder.setting(name, value);
            }
            let mut server = builder.start_with(settings, data)?;
            server.set(MEMBERS, &everybody);
            cluster.nodes.push(Node {
                server,
                runs: true,
                _ports: ports,
            });
            cluster.wait_until_synced()?;
        }
        Ok(cluster)
    }

    fn node(&self, number: usize, provider: &str, ports: &Ports) -> Vec<(String, String)> {
        let mut options = vec![
            format!("gmcast.listen_addr=tcp://{}", on_loopback(&ports.group)),
            format!("ist.recv_addr={}", on_loopback(&ports.increments)),
            // Written in full at the start of each node.
            "gcache.size=32M".to_owned(),
        ];
        let more = self.options.iter();
        options.extend(more.map(|(name, value)| format!("{name}={value}")));
        let settings = [
            ("wsrep-on", "ON".to_owned()),
            ("wsrep-provider", provider.to_owned()),
            ("wsrep-provider-options", options.join(";")),
            ("wsrep-cluster-name", "colmig".to_owned()),
            ("wsrep-node-name", format!("node{number}")),
            ("wsrep-node-address", on_loopback(&ports.group)),
            ("wsrep-sst-method", "rsync".to_owned()),
            ("wsrep-sst-receive-address", on_loopback(&ports.all)),
            ("binlog-format", "ROW".to_owned()),
            ("innodb-autoinc-lock-mode", "2".to_owned()),
            ("default-storage-engine", "InnoDB".to_owned()),
            ("innodb-log-file-size", "32M".to_owned()),
        ];
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        settings.into_iter().map(owned).collect()
    }
}

/// A Galera cluster of three nodes, each a [`MariaDb`] of this machine. All are
/// stopped, and their data is removed, when this is dropped.
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let mut cluster = colmig_harness::GaleraCluster::start()?;
/// let database = cluster.node(0).create_database("cluster")?;
/// cluster.kill9(1)?;
/// cluster.node(2).mariadb(&database, "CREATE TABLE t (id int PRIMARY KEY)")?;
/// cluster.restart(1)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct GaleraCluster {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    server: MariaDb,
    runs: bool,
    _ports: Ports,
}

/// Those that nodes talk to each other through, held for as long as the node is
/// there.
#[derive(Debug)]
struct Ports {
    group: Port,
    increments: Port,
    all: Port,
}

impl Ports {
    fn claim() -> Result<Self, HarnessError> {
        Ok(Self {
            group: Port::claim()?,
            increments: Port::claim()?,
            all: Port::claim()?,
        })
    }
}

impl GaleraCluster {
    /// Starts a cluster with no option changed.
    pub fn start() -> Result<Self, HarnessError> {
        Self::builder().start()
    }

    /// The options for a cluster.
    pub fn builder() -> GaleraBuilder {
        GaleraBuilder::default()
    }

    /// A node, from 0 to 2.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn node(&self, number: usize) -> &MariaDb {
        &self.nodes[number].server
    }

    /// Kills a node with SIGKILL. Until the others give it up, which takes them
    /// `evs.suspect_timeout` and a little (6 s by default), they commit nothing:
    /// [`wait_until_synced`](Self::wait_until_synced) returns then.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn kill9(&mut self, number: usize) -> Result<(), HarnessError> {
        let node = &mut self.nodes[number];
        node.runs = false;
        node.server.kill9()
    }

    /// Stops a node in good order.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn stop(&mut self, number: usize) -> Result<(), HarnessError> {
        let node = &mut self.nodes[number];
        node.runs = false;
        node.server.stop()
    }

    /// Starts a node again, on the same ports and data, and returns when it and
    /// the others that run are synced; one that still runs is first stopped in
    /// good order. At least one other has to run.
    ///
    /// As a distribution's service does, the node first asks its own data how
    /// far it got, so that it is sent what it lacks rather than all.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn restart(&mut self, number: usize) -> Result<(), HarnessError> {
        self.stop(number)?;
        let node = &mut self.nodes[number];
        match node.server.recovered_position()? {
            Some(position) => node.server.set(POSITION, &position),
            None => node.server.unset(POSITION),
        }
        node.server.restart()?;
        node.runs = true;
        self.wait_until_synced()
    }

    /// Returns when the nodes that run are a cluster of their own, and each of
    /// them is synced.
    pub fn wait_until_synced(&self) -> Result<(), HarnessError> {
        let size = self.nodes.iter().filter(|node| node.runs).count();
        let synced = format!("{size} {SYNCED}");
        let began = Instant::now();
        for (number, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.runs) {
            loop {
                let state = state(&node.server).unwrap_or_else(|error| error.to_string());
                if state == synced {
                    break;
                }
                let waited = began.elapsed();
                if waited >= SYNC_LIMIT {
                    return Err(HarnessError::NotSynced {
                        node: number,
                        waited,
                        state,
                        wanted: synced,
                        log: node.server.log_tail(),
                    });
                }
                thread::sleep(POLL);
            }
        }
        Ok(())
    }
}

/// The size of the cluster as a node sees it, and how the node itself is.
fn state(server: &MariaDbEndpoint) -> Result<String, HarnessError> {
    let state = "SELECT variable_value FROM information_schema.global_status WHERE \
                 variable_name IN ('WSREP_CLUSTER_SIZE', 'WSREP_LOCAL_STATE_COMMENT') \
                 ORDER BY variable_name";
    Ok(server.mariadb("", state)?.replace('\n', " "))
}

fn provider() -> Result<&'static str, HarnessError> {
    PROVIDERS
        .into_iter()
        .find(|path| Path::new(path).is_file())
        .ok_or_else(|| HarnessError::NoProgram {
            program: "libgalera_smm.so",
            looked_in: PROVIDERS.join(", "),
            command: install::command_line(Server::MariaDb),
        })
}

fn on_loopback(port: &Port) -> String {
    format!("127.0.0.1:{}", port.number())
}

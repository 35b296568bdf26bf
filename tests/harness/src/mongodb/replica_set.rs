//! MongoDB servers that are one: a replica set.

use std::ops::Deref;
use std::thread;
use std::time::{Duration, Instant};

use bson::{Bson, Document, doc};

use super::endpoint::{POLL, is_primary, on_loopback};
use super::{MongoDb, MongoDbBuilder, MongoDbEndpoint};
use crate::{HarnessError, Storage};

/// The name of every set: none knows of another.
const NAME: &str = "colmig";

/// The fewest that outvote a dead one.
const NODES: usize = 3;

/// How long a primary may be silent. By default 10 s, for which a test that
/// kills one would wait.
const ELECTION: Duration = Duration::from_secs(2);

/// The copy of all data to a node is part of getting whole.
const WHOLE_LIMIT: Duration = Duration::from_secs(120);

/// For how many seconds a primary that steps down is not elected again, and how
/// many of them it waits for another to have what it has.
const STEP_DOWN: (i32, i32) = (10, 8);

const PRIMARY: &str = "PRIMARY";
const SECONDARY: &str = "SECONDARY";

/// Options for a replica set: [`ReplicaSet::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `start`"]
pub struct ReplicaSetBuilder {
    node: MongoDbBuilder,
    nodes: usize,
    election: Duration,
    journal: bool,
}

impl ReplicaSetBuilder {
    /// Chooses how many nodes there are, from 1 to 7.
    pub fn nodes(mut self, nodes: usize) -> Self {
        self.nodes = nodes;
        self
    }

    /// Gives one of the settings of every node a value: `--name=value`.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.node = self.node.setting(name, value);
        self
    }

    /// Gives one of the parameters of every node a value: `--setParameter name=value`.
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.node = self.node.parameter(name, value);
        self
    }

    /// Chooses where the data lies.
    pub fn storage(mut self, storage: Storage) -> Self {
        self.node = self.node.storage(storage);
        self
    }

    /// For how long a primary may be silent until another is elected: 2 s here,
    /// 10 s by MongoDB's default.
    pub fn election_timeout(mut self, timeout: Duration) -> Self {
        self.election = timeout;
        self
    }

    /// Whether a write that waits for a majority waits for the journals on its
    /// disks, as it does in production.
    ///
    /// Without it such a write survives that a minority of the nodes is killed;
    /// if all are, which a set of one node is soon, the last 100 ms can be lost.
    pub fn durable(mut self, durable: bool) -> Self {
        self.journal = durable;
        self
    }

    /// Starts the nodes, makes them a set, and returns when it is whole.
    pub fn start(self) -> Result<ReplicaSet, HarnessError> {
        let more = [("replSet", NAME), ("oplogSize", "1024")];
        let nodes = (0..self.nodes)
            .map(|_| {
                let server = self.node.clone().start_with(&more)?;
                Ok(Node { server, runs: true })
            })
            .collect::<Result<Vec<_>, HarnessError>>()?;
        let ports = nodes.iter().map(|node| node.server.port());
        let set = ReplicaSet {
            endpoint: MongoDbEndpoint::of_set(ports, NAME),
            nodes,
        };
        if let Some(first) = set.nodes.first() {
            let initiate = doc! { "replSetInitiate": self.configuration(&set) };
            first.server.command("admin", initiate)?;
        }
        set.wait_until_whole()?;
        Ok(set)
    }

    fn configuration(&self, set: &ReplicaSet) -> Document {
        let mut members = Vec::new();
        for (node, number) in set.nodes.iter().zip(0_i32..) {
            let host = on_loopback(node.server.port());
            members.push(Bson::from(doc! { "_id": number, "host": host }));
        }
        let election = i64::try_from(self.election.as_millis()).unwrap_or(i64::MAX);
        doc! {
            "_id": NAME,
            "members": members,
            "writeConcernMajorityJournalDefault": self.journal,
            "settings": {
                "electionTimeoutMillis": election,
                "heartbeatIntervalMillis": (election / 4).max(1),
            },
        }
    }
}

/// A replica set, each node of which is a [`MongoDb`] of this machine. All are
/// stopped, and their data is removed, when this is dropped.
///
/// It dereferences to the [`MongoDbEndpoint`] of the set, whose commands go to
/// whichever node is the primary.
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let mut set = colmig_harness::ReplicaSet::start()?;
/// let killed = set.primary()?;
/// set.kill9(killed)?;
/// assert_ne!(set.primary()?, killed);
/// set.restart(killed)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ReplicaSet {
    nodes: Vec<Node>,
    endpoint: MongoDbEndpoint,
}

#[derive(Debug)]
struct Node {
    server: MongoDb,
    runs: bool,
}

impl ReplicaSet {
    /// Starts a set of three nodes with no option changed.
    pub fn start() -> Result<Self, HarnessError> {
        Self::builder().start()
    }

    /// The options for a set.
    pub fn builder() -> ReplicaSetBuilder {
        ReplicaSetBuilder {
            node: MongoDbBuilder::default(),
            nodes: NODES,
            election: ELECTION,
            journal: true,
        }
    }

    /// The address of the set, for clients.
    pub fn endpoint(&self) -> &MongoDbEndpoint {
        &self.endpoint
    }

    /// A node, from 0 on.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn node(&self, number: usize) -> &MongoDb {
        &self.nodes[number].server
    }

    /// The number of the node that takes writes; waits for an election.
    pub fn primary(&self) -> Result<usize, HarnessError> {
        let primary = self.endpoint.primary()?;
        let mut hosts = self.endpoint.hosts().iter();
        // It is one of them.
        Ok(hosts.position(|host| host == primary).unwrap_or_default())
    }

    /// Makes the primary a secondary, in good order, and returns the number of
    /// the node that takes writes from then on.
    pub fn step_down(&self) -> Result<usize, HarnessError> {
        let (seconds, of_them) = STEP_DOWN;
        self.endpoint.command(
            "admin",
            doc! { "replSetStepDown": seconds, "secondaryCatchUpPeriodSecs": of_them },
        )?;
        self.primary()
    }

    /// Kills a node with SIGKILL. [`primary`](Self::primary) returns when the
    /// others, if they are more than half, go on.
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

    /// Starts a node again, on the same port and data, and returns when it and
    /// the others that run are whole; one that still runs is first stopped in
    /// good order.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn restart(&mut self, number: usize) -> Result<(), HarnessError> {
        self.start_again(number)?;
        self.wait_until_whole()
    }

    /// The same, but returns when the node takes connections: where more than
    /// half of the nodes do not run, there is nothing more to wait for.
    ///
    /// # Panics
    /// There is no node of that number.
    pub fn start_again(&mut self, number: usize) -> Result<(), HarnessError> {
        let node = &mut self.nodes[number];
        node.server.restart()?;
        node.runs = true;
        Ok(())
    }

    /// Returns when one of the nodes that run is the primary and takes writes,
    /// the others are its secondaries, and it knows that of them.
    pub fn wait_until_whole(&self) -> Result<(), HarnessError> {
        let began = Instant::now();
        loop {
            let states: Vec<String> = self.nodes.iter().map(state).collect();
            if self.is_whole(&states) {
                return Ok(());
            }
            let waited = began.elapsed();
            if waited >= WHOLE_LIMIT {
                let not = states
                    .iter()
                    .position(|state| state != PRIMARY && state != SECONDARY);
                let log = self.nodes.get(not.unwrap_or_default());
                return Err(HarnessError::NotWhole {
                    waited,
                    states: states.join(", "),
                    log: log.map(|node| node.server.log_tail()).unwrap_or_default(),
                });
            }
            thread::sleep(POLL);
        }
    }

    fn is_whole(&self, states: &[String]) -> bool {
        let running = || {
            let all = self.nodes.iter().zip(states).enumerate();
            all.filter(|(_, (node, _))| node.runs)
        };
        let count = |wanted: &str| running().filter(|(_, (_, state))| *state == wanted).count();
        if count(PRIMARY) != 1 || count(PRIMARY) + count(SECONDARY) != running().count() {
            return false;
        }
        let Some((_, (primary, _))) = running().find(|(_, (_, state))| *state == PRIMARY) else {
            return false;
        };
        let Ok(status) = status(&primary.server) else {
            return false;
        };
        let seen = members(&status);
        running().all(|(number, (_, state))| seen.get(number) == Some(state))
            && is_primary(&on_loopback(primary.server.port()))
    }
}

impl Deref for ReplicaSet {
    type Target = MongoDbEndpoint;

    fn deref(&self) -> &MongoDbEndpoint {
        &self.endpoint
    }
}

/// How a node is by its own words.
fn state(node: &Node) -> String {
    if !node.runs {
        return "stopped".to_owned();
    }
    let state = |status: Document| {
        let own = status
            .get_array("members")
            .ok()?
            .iter()
            .find_map(|member| {
                let member = member.as_document()?;
                matches!(member.get_bool("self"), Ok(true)).then_some(member)
            })?;
        own.get_str("stateStr").ok().map(str::to_owned)
    };
    match status(&node.server) {
        Ok(status) => state(status).unwrap_or_else(|| "no member".to_owned()),
        Err(error) => error.to_string(),
    }
}

/// How all nodes are as one sees them, in order.
fn members(status: &Document) -> Vec<String> {
    let members = status.get_array("members").into_iter().flatten();
    members
        .map(|member| {
            let state = member
                .as_document()
                .map(|member| member.get_str("stateStr"));
            state.and_then(Result::ok).unwrap_or_default().to_owned()
        })
        .collect()
}

fn status(server: &MongoDb) -> Result<Document, HarnessError> {
    server.command("admin", doc! { "replSetGetStatus": 1 })
}

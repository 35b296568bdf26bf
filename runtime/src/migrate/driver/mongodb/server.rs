//! The server that answers: what it is, and what its clock shows.

use std::time::Duration;

use bson::oid::ObjectId;
use bson::{DateTime, Document, doc};
use mongodb::{ClientSession, Database};
use tokio::time::Instant;

use super::SessionId;
use crate::identity::token;
use crate::migrate::driver::Failure;

/// What MongoDB 6.0 says of itself. Before it no unique index can be made of another.
const WIRE_VERSION: i32 = 17;

/// An answer that took no longer says well enough what the clock shows.
const PROMPT: Duration = Duration::from_millis(10);

/// How often more it is asked for one.
const TRIES: u32 = 5;

/// What is known of the primary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    /// The process: another one has none of what was sent to this.
    pub(super) process: Option<ObjectId>,
    /// Whether it is one of a replica set.
    pub(super) in_set: bool,
    /// What its clock showed, and between when and when that was.
    clock: Clock,
}

/// What a clock showed, and between when and when that was.
type Clock = (DateTime, Instant, Instant);

impl Server {
    /// Asks the primary who it is, and begins a session where there is a set.
    pub(super) async fn greet(
        database: &Database,
    ) -> Result<(Server, Option<ClientSession>), Failure> {
        let (hello, clock) = hello_in_time(database).await?;
        if hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid") {
            return Err(Failure::refused(
                "this is a sharded cluster, whose mongos colmig does not know: name a replica set, or a server by itself",
            ));
        }
        if hello.get_i32("maxWireVersion").unwrap_or_default() < WIRE_VERSION {
            return Err(Failure::refused(
                "the server is older than MongoDB 6.0, the oldest that colmig knows: upgrade it",
            ));
        }
        if !hello.get_bool("isWritablePrimary").unwrap_or(true) {
            return Err(Failure::Lost(
                "the server is no primary at this moment".to_owned(),
            ));
        }
        let version = hello.get_document("topologyVersion");
        let process = version.and_then(|version| version.get_object_id("processId"));
        let server = Server {
            process: process.ok(),
            in_set: hello.contains_key("setName"),
            clock,
        };
        let session = match server.in_set {
            true => Some(database.client().start_session().await?),
            false => None,
        };
        Ok((server, session))
    }

    /// Looks at its clock anew.
    pub(super) async fn look_at_the_clock(&mut self, database: &Database) -> Result<(), Failure> {
        (_, self.clock) = hello_in_time(database).await?;
        Ok(())
    }

    /// How long it is until then by the server's clock, at the least: an answer that took long
    /// showed the clock as it was at any moment meanwhile.
    pub(super) fn until(&self, then: DateTime) -> Duration {
        let (_, asked, _) = self.clock;
        self.until_since(then, asked)
    }

    /// The same at the most.
    pub(super) fn until_surely(&self, then: DateTime) -> Duration {
        let (_, _, answered) = self.clock;
        self.until_since(then, answered)
    }

    fn until_since(&self, then: DateTime, when: Instant) -> Duration {
        let (shown, ..) = self.clock;
        let left = then
            .timestamp_millis()
            .saturating_sub(shown.timestamp_millis());
        Duration::from_millis(u64::try_from(left).unwrap_or_default())
            .saturating_sub(when.elapsed())
    }
}

/// Asks a server who it is, and what its clock shows. The first question may wait for an election, and
/// says little of the clock then, so it is asked until it answers at once.
async fn hello_in_time(database: &Database) -> Result<(Document, Clock), Failure> {
    let mut best = hello(database).await?;
    for _ in 0..TRIES {
        if took(&best.1) <= PROMPT {
            break;
        }
        let again = hello(database).await?;
        if took(&again.1) < took(&best.1) {
            best = again;
        }
    }
    Ok(best)
}

fn took((_, asked, answered): &Clock) -> Duration {
    *answered - *asked
}

async fn hello(database: &Database) -> Result<(Document, Clock), Failure> {
    let asked = Instant::now();
    let hello = database.run_command(doc! { "hello": 1 }).await?;
    let answered = Instant::now();
    let shown = hello.get_datetime("localTime").copied();
    Ok((hello, (shown.unwrap_or(DateTime::now()), asked, answered)))
}

/// A number that no other connection of any process has.
pub(super) fn session_id() -> SessionId {
    let digits = token();
    let number = digits.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    SessionId((number >> 1) as i32)
}

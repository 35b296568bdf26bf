//! MongoDB.

mod alone;
mod batch;
mod brakes;
mod classify;
mod command;
mod culprit;
mod hindrance;
mod operations;
mod options;
mod server;
mod tables;
#[cfg(test)]
mod tests;
mod value;

use std::time::Duration;

use async_trait::async_trait;
use bson::{Bson, DateTime, Document, doc};
use colmig_schema::Database;
use mongodb::error::Error;
use tokio::time::Instant;

use super::documents::Documents;
use super::{
    Batches, Dialect, Driver, Failure, Obstruction, Row, SessionId, Value, Waits, Whole, WholeBatch,
};
use crate::migrate::backfill::{Gauge, Traffic};
use crate::migrate::blocker::Blocker;
use crate::migrate::settings::WORKER_SESSION;
use crate::migrate::watch::Stop;
use command::Terms;
use server::Server;

pub(in crate::migrate) use options::{Options, options};
pub(in crate::migrate) use value::in_words;

/// How long a look may take before the server breaks it off.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);

static DIALECT: Dialect = Dialect {
    database: Database::MongoDb,
    words: None,
    pause_at_least: Duration::ZERO,
    batch_at_most: Duration::MAX,
    duty_at_most: 1.0,
    // Behind each batch its thread sleeps until the journal is written, and whoever has slept gets the
    // processor ahead of others: one batch behind the other would get in their way each time.
    duty_beside_others: 0.5,
    sees_blockers: true,
    single_writer: false,
    transactions: false,
    triggers: false,
};

/// What the statements that come are part of.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Nothing.
    Plain,
    /// A unit of work on colmig's own documents.
    Unit,
    /// A batch of a worker.
    Batch,
    /// Commands that each take effect by themselves, and wait for locks as long as that.
    Alone(Duration),
    /// Reads, until then.
    Read(Instant),
}

/// One connection: a session of the client that a process has.
#[derive(Debug)]
pub(in crate::migrate) struct MongoDb {
    options: Options,
    documents: Documents,
    /// By which its commands are known while they are executed.
    id: SessionId,
    server: Server,
    mode: Mode,
    /// Whether it is the connection of a worker.
    works: bool,
    /// Until when a batch may still be written whose answer was lost.
    in_doubt: Option<DateTime>,
}

impl MongoDb {
    pub(super) async fn open(options: Options) -> Result<Self, Failure> {
        let database = options.connect().await?;
        let (server, session) = Server::greet(&database).await?;
        Ok(MongoDb {
            options,
            documents: Documents::new(database, session),
            id: server::session_id(),
            server,
            mode: Mode::Plain,
            works: false,
            in_doubt: None,
        })
    }

    /// What is added to a command that is no batch.
    fn terms(&self) -> Terms {
        let at_most = match self.mode {
            // None at all would be no limit.
            Mode::Read(until) => Some(ms(until.saturating_duration_since(Instant::now())).max(1)),
            _ => None,
        };
        let until = match self.mode {
            // The end of the run's own lease, once it was asked for.
            Mode::Unit => self.documents.held_until,
            _ => None,
        };
        Terms {
            until: until.unwrap_or(command::NEVER),
            at_most,
            comment: operations::comment(self.id, self.works),
        }
    }

    /// Sends a command to the primary. An answer may say that its write failed.
    async fn send(&mut self, mut command: Document) -> Result<Document, Error> {
        let Documents {
            database, session, ..
        } = &mut self.documents;
        let reads = matches!(
            command::name(&command),
            "find" | "aggregate" | "count" | "distinct"
        );
        let seen = session
            .as_ref()
            .and_then(|session| session.operation_time());
        if let Some(seen) = seen.filter(|_| reads && !command.contains_key("readConcern")) {
            // What this session wrote or saw is there, also where another server has become the
            // primary meanwhile.
            command.insert("readConcern", doc! { "afterClusterTime": seen });
        }
        let run = database.run_command(command);
        match session {
            Some(session) => run.session(session).await,
            None => run.await,
        }
    }

    /// The same; done, or why not.
    async fn done(&mut self, command: Document) -> Result<Document, Failure> {
        let answer = self.send(command).await?;
        match command_failure(&answer) {
            Some(failure) => Err(failure),
            None => Ok(answer),
        }
    }

    /// The documents that a command gives: all of them, or its answer where it has no cursor.
    async fn documents_of(&mut self, command: Document) -> Result<Vec<Document>, Failure> {
        let comment = command.get("comment").cloned().unwrap_or(Bson::Null);
        let mut answer = self.done(command).await?;
        let Some((mut found, mut cursor, collection)) = command::batch(&mut answer) else {
            for ours in ["ok", "operationTime", "$clusterTime"] {
                answer.remove(ours);
            }
            return Ok(vec![answer]);
        };
        while cursor != 0 {
            let more = doc! { "getMore": cursor, "collection": &collection, "comment": &comment };
            let mut answer = self.done(more).await?;
            let Some((next, following, _)) = command::batch(&mut answer) else {
                return Err(Failure::Again("a cursor was not to be read".to_owned()));
            };
            found.extend(next);
            cursor = following;
        }
        Ok(found)
    }

    /// Asks the server about itself. It is broken off when it takes long.
    async fn ask(&self, mut command: Document) -> Result<Document, Failure> {
        command.insert("maxTimeMS", ms(LOOK_TIMEOUT));
        command.insert("comment", operations::comment(self.id, self.works));
        let admin = self.documents.database.client().database("admin");
        Ok(admin.run_command(command).await?)
    }
}

fn command_failure(answer: &Document) -> Option<Failure> {
    classify::of_answer(answer)
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Driver for MongoDb {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn documents(&mut self) -> Option<&mut Documents> {
        Some(&mut self.documents)
    }

    async fn reconnect(&mut self) -> Result<(), Failure> {
        self.mode = Mode::Plain;
        self.documents.rollback();
        // Whether its range is still a worker's, it asks the records.
        self.documents.until = None;
        let before = self.server.process;
        let database = self.options.connect().await?;
        let (server, session) = Server::greet(&database).await?;
        self.server = server;
        self.documents.database = database;
        self.documents.session = session;
        self.outlast_the_batch(before).await
    }

    fn is_in_doubt(&self) -> bool {
        self.in_doubt.is_some()
    }

    async fn begin(&mut self, _: &Waits) -> Result<SessionId, Failure> {
        self.mode = Mode::Unit;
        self.documents.begin();
        Ok(self.id)
    }

    async fn begin_batch(&mut self, _: Duration, _: &str) -> Result<(SessionId, bool), Failure> {
        // What was not answered has to have come to its end before more is written.
        if self.in_doubt.is_some() {
            return Err(Failure::Lost("a batch was not answered".to_owned()));
        }
        if self.documents.until.is_some() && self.batch_terms().is_none() {
            // More may be left of the range than what is known of the clock says.
            let database = &self.documents.database;
            self.server.look_at_the_clock(database).await?;
        }
        self.mode = Mode::Batch;
        self.documents.begin();
        Ok((self.id, self.batch_terms().is_some()))
    }

    async fn prepare_for_batches(&mut self, how: &Batches<'_>) -> Result<(), Failure> {
        if !how.session.is_empty() {
            return Err(Failure::refused(format!(
                "`{WORKER_SESSION}`: MongoDB has no session that statements could prepare; leave it empty"
            )));
        }
        self.works = true;
        Ok(())
    }

    async fn whole_batch(&mut self, batch: &WholeBatch<'_>) -> Result<Option<Whole>, Failure> {
        self.send_whole(batch).await
    }

    async fn traffic(&mut self) -> Result<Option<Traffic>, Failure> {
        self.look_around().await.map(Some)
    }

    fn gauges(&self) -> Vec<Box<dyn Gauge>> {
        brakes::all()
    }

    async fn is_there(&mut self, table: &str) -> Result<bool, Failure> {
        Ok(self.collection_options(table).await?.is_some())
    }

    async fn server_status(&mut self, command: &str) -> Result<Document, Failure> {
        let command = serde_json::from_str(command)
            .map_err(|error| Failure::refused(format!("what a server is asked: {error}")))?;
        self.ask(command).await
    }

    async fn look(&mut self, text: &str) -> Result<Vec<Row>, Failure> {
        let terms = Terms {
            at_most: Some(ms(LOOK_TIMEOUT)),
            ..self.terms()
        };
        let command = command::read(text, &[], &terms)?;
        if !command::only_reads(&command) {
            return Err(Failure::refused(format!(
                "`{}` is no look: `find`, `count`, `distinct`, and `aggregate` without `$out` and `$merge` are",
                command::name(&command)
            )));
        }
        Ok(command::rows(self.documents_of(command).await?))
    }

    async fn commit(&mut self) -> Result<(), Failure> {
        self.mode = Mode::Plain;
        self.documents.commit().await
    }

    async fn rollback(&mut self) {
        self.mode = Mode::Plain;
        self.documents.rollback();
    }

    async fn execute(&mut self, text: &str, arguments: &[Value]) -> Result<u64, Failure> {
        match self.mode {
            Mode::Batch => self.execute_batch(text, arguments).await,
            Mode::Alone(patience) => {
                let command = command::read(text, arguments, &self.terms())?;
                self.execute_alone(command, patience).await
            }
            Mode::Plain | Mode::Unit | Mode::Read(_) => {
                let command = command::read(text, arguments, &self.terms())?;
                let answer = self.send(command.clone()).await?;
                match command_failure(&answer) {
                    Some(failure) => Err(self.named(failure, &answer, &command, arguments).await),
                    None => Ok(command::changed(command::name(&command), &answer)),
                }
            }
        }
    }

    async fn query(&mut self, text: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure> {
        let command = command::read(text, arguments, &self.terms())?;
        let reads = matches!(self.mode, Mode::Read(_));
        match self.documents_of(command).await {
            // Its own time is over.
            Err(Failure::LockTimeout(message)) if reads => Err(Failure::Cancelled(message)),
            found => Ok(command::rows(found?)),
        }
    }

    async fn read(
        &mut self,
        _: &Waits,
        text: &str,
        arguments: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        // A read waits for no lock that anybody holds for long, and is in nobody's way.
        self.query(text, arguments).await
    }

    async fn begin_read(
        &mut self,
        _: &Waits,
        at_most: Duration,
        _: &Stop,
    ) -> Result<SessionId, Failure> {
        self.mode = Mode::Read(Instant::now() + at_most);
        Ok(self.id)
    }

    async fn begin_alone(&mut self, patience: Duration) -> Result<SessionId, Failure> {
        self.mode = Mode::Alone(patience);
        Ok(self.id)
    }

    async fn obstruction(&mut self, of: SessionId) -> Result<Obstruction, Failure> {
        let blockers = self.in_the_way_of(of).await?;
        Ok(Obstruction {
            blockers,
            ahead: None,
        })
    }

    async fn cancel(&mut self, session: SessionId) -> Result<(), Failure> {
        self.kill(session).await
    }

    async fn horizon(&mut self) -> Result<Option<String>, Failure> {
        let answer = self.ask(doc! { "hello": 1 }).await?;
        let now = answer.get_datetime("localTime").ok();
        Ok(now.map(|now| now.timestamp_millis().to_string()))
    }

    async fn older_than(&mut self, horizon: &str) -> Result<Vec<Blocker>, Failure> {
        self.begun_before(horizon.parse().unwrap_or(i64::MAX)).await
    }
}

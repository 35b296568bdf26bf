//! A batch: one update, which by itself writes nothing once its range is another's.

use std::time::Duration;

use bson::oid::ObjectId;
use bson::{DateTime, Document};
use mongodb::error::ErrorKind;
use tokio::time::{Instant, sleep};

use super::command::{self, Terms};
use super::server::Server;
use super::{Mode, MongoDb, operations};
use crate::migrate::driver::{Failure, Value, Whole, WholeBatch};

/// The longest time of a batch: for one that stands behind somebody's transaction, whose documents
/// it would wait for as long as that is open. What it has written by then stays.
const AT_MOST: Duration = Duration::from_secs(2);

/// With less of it left, a range is as good as another's.
const LEAST_LEFT: Duration = Duration::from_millis(40);

/// What holds for a batch that begins now.
pub(super) struct BatchTerms {
    pub(super) terms: Terms,
    /// Whatever is answered later may have come too late to be written.
    late: Duration,
}

impl MongoDb {
    /// What is added to a batch; none if no range is this connection's.
    pub(super) fn batch_terms(&self) -> Option<BatchTerms> {
        let until = self.documents.until?;
        let left = self.server.until(until);
        if left < LEAST_LEFT {
            return None;
        }
        let at_most = (left / 4).min(AT_MOST);
        let ms = super::ms(at_most);
        Some(BatchTerms {
            terms: Terms {
                // Whoever begins by then has ended when the range may be claimed by another.
                until: DateTime::from_millis(until.timestamp_millis() - ms),
                at_most: Some(ms),
                comment: operations::comment(self.id, self.works),
            },
            late: at_most + left / 4,
        })
    }

    pub(super) async fn send_whole(
        &mut self,
        batch: &WholeBatch<'_>,
    ) -> Result<Option<Whole>, Failure> {
        if !self.works || self.in_doubt.is_some() {
            return Ok(None);
        }
        let Some(terms) = self.batch_terms() else {
            return Ok(None);
        };
        self.mode = Mode::Plain;
        let (id, admin) = (self.id, self.documents.database.client().database("admin"));
        let write = self.send_batch(batch.sql, batch.arguments, terms);
        if !batch.looks {
            let changed = write.await?;
            return Ok(Some(Whole {
                changed,
                traffic: None,
            }));
        }
        // Beside it, which spares the time of a round trip.
        let (changed, traffic) = tokio::join!(write, operations::traffic(&admin, id));
        let traffic = match traffic {
            Ok(traffic) => Some(traffic),
            Err(Failure::Refused { .. }) => None,
            Err(failure) => {
                changed?;
                return Err(failure);
            }
        };
        Ok(Some(Whole {
            changed: changed?,
            traffic,
        }))
    }

    pub(super) async fn execute_batch(
        &mut self,
        text: &str,
        arguments: &[Value],
    ) -> Result<u64, Failure> {
        match self.batch_terms() {
            Some(terms) => self.send_batch(text, arguments, terms).await,
            None => Err(Failure::Again(
                "the lease of the range has run out".to_owned(),
            )),
        }
    }

    pub(super) async fn send_batch(
        &mut self,
        text: &str,
        arguments: &[Value],
        BatchTerms { terms, late }: BatchTerms,
    ) -> Result<u64, Failure> {
        let command = command::read(text, arguments, &terms)?;
        let name = command::name(&command).to_owned();
        // Also if this future is dropped before the answer comes.
        self.in_doubt = self.documents.until;
        let began = Instant::now();
        let answer: Result<Document, _> = self.send(command.clone()).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(&*error.kind, ErrorKind::Command(_)) {
                    self.in_doubt = None;
                }
                return Err(error.into());
            }
        };
        self.in_doubt = None;
        if let Some(failure) = super::command_failure(&answer) {
            // It is looked for whether or not the range still is this worker's.
            let terms = Terms {
                until: command::NEVER,
                ..terms
            };
            let command = command::read(text, arguments, &terms)?;
            return Err(self.named(failure, &answer, &command, arguments).await);
        }
        if began.elapsed() > late {
            return Err(Failure::Again(
                "the batch was answered so late that it may not have been written".to_owned(),
            ));
        }
        Ok(command::changed(&name, &answer))
    }

    /// Waits until a batch cannot be written any more whose answer was lost. On another server,
    /// or the same one started anew, it cannot.
    pub(super) async fn outlast_the_batch(
        &mut self,
        before: Option<ObjectId>,
    ) -> Result<(), Failure> {
        let Some(until) = self.in_doubt else {
            return Ok(());
        };
        while self.server.process.is_none() || self.server.process == before {
            let left = self.server.until_surely(until);
            if left.is_zero() {
                break;
            }
            sleep(left).await;
            // The clock is the server's, which may have been set.
            (self.server, self.documents.session) = Server::greet(&self.documents.database).await?;
        }
        self.in_doubt = None;
        Ok(())
    }
}

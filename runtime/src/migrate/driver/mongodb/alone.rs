//! Commands that change a collection, each of which takes effect by itself.
//!
//! They wait for the whole collection, and every writer stands behind one that waits: behind one
//! transaction that somebody left open. So the server breaks them off soon, which changes nothing.
//! The build of an index cannot be bounded so: it would wait at its end, where nothing gets it out
//! of the way. It is not begun beside a transaction that has been open for long.

use std::time::Duration;

use bson::{Document, doc};
use mongodb::error::ErrorKind;
use tokio::time::sleep;

use super::{MongoDb, classify, command, ms};
use crate::migrate::driver::Failure;

/// Transactions that are open for longer are not about to end.
const LONG: Duration = Duration::from_secs(2);

impl MongoDb {
    pub(super) async fn execute_alone(
        &mut self,
        mut command: Document,
        patience: Duration,
    ) -> Result<u64, Failure> {
        let name = command::name(&command).to_owned();
        match name.as_str() {
            "createIndexes" => {
                if !self.server.in_set {
                    // Nobody else has a say there, and the server refuses to hear of it.
                    command.remove("commitQuorum");
                }
                self.wait_for_transactions(patience).await?;
            }
            "collMod" | "create" | "drop" | "dropIndexes" => {
                command.insert("maxTimeMS", ms(patience).max(1));
            }
            // What is done to documents stands in nobody's way for long.
            _ => {}
        }
        let answer = match self.send(command.clone()).await {
            Ok(answer) => answer,
            Err(error) => {
                if let ErrorKind::Command(failed) = &*error.kind
                    && self.is_there_already(&command, failed.code).await?
                {
                    return Ok(0);
                }
                return Err(error.into());
            }
        };
        if classify::is_only_unconfirmed(&answer) {
            // It is done, and its time was for the lock.
            self.confirm().await?;
        } else if let Some(failure) = classify::of_answer(&answer) {
            return Err(failure);
        }
        Ok(command::changed(&name, &answer))
    }

    /// Whether a command failed because what it does has been done.
    async fn is_there_already(&mut self, command: &Document, code: i32) -> Result<bool, Failure> {
        Ok(match (command::name(command), code) {
            // NamespaceNotFound, IndexNotFound
            ("drop", 26) | ("dropIndexes", 26 | 27) => true,
            // NamespaceExists
            ("create", 48) => self.is_created_so(command).await?,
            _ => false,
        })
    }

    /// Whether a collection is there, with all that the command would create it with.
    async fn is_created_so(&mut self, command: &Document) -> Result<bool, Failure> {
        let Some(collection) = command::collection(command) else {
            return Ok(false);
        };
        let Some(options) = self.collection_options(collection).await? else {
            return Ok(false);
        };
        let has = |name: &str| {
            let wanted = command.get(name);
            wanted.is_none_or(|wanted| options.get(name) == Some(wanted))
        };
        Ok(["validator", "validationLevel", "validationAction"]
            .into_iter()
            .all(has))
    }

    /// The options of a collection; none if it is not there.
    pub(super) async fn collection_options(
        &mut self,
        collection: &str,
    ) -> Result<Option<Document>, Failure> {
        let list = doc! { "listCollections": 1, "filter": { "name": collection } };
        let found = self.documents_of(list).await?.into_iter().next();
        Ok(found.map(|mut found| match found.remove("options") {
            Some(bson::Bson::Document(options)) => options,
            _ => Document::new(),
        }))
    }

    /// Waits until a majority has all that was done by now: a write that finds nothing to do waits
    /// for what was written before it.
    async fn confirm(&mut self) -> Result<(), Failure> {
        let nothing = doc! {
            "delete": "colmig_state",
            "deletes": [{ "q": { "_id": "colmig_nothing" }, "limit": 1 }],
            "writeConcern": { "w": "majority", "j": true },
            "comment": super::operations::comment(self.id, self.works),
        };
        self.done(nothing).await.map(drop)
    }

    /// Whoever has had a transaction open for long would have all writers stand still behind the end
    /// of the build.
    async fn wait_for_transactions(&mut self, patience: Duration) -> Result<(), Failure> {
        let long = |found: &[crate::migrate::blocker::Blocker]| {
            let since = found.iter().filter_map(|blocker| blocker.since_ms);
            since
                .max()
                .filter(|since| u128::from(*since) > LONG.as_millis())
        };
        let open = match self.open_transactions().await {
            // Nobody can say, and the build says itself what it waits for.
            Err(Failure::Refused { .. }) => return Ok(()),
            open => open?,
        };
        if long(&open).is_none() {
            return Ok(());
        }
        // For as long a look of another connection finds out who it is.
        sleep(patience).await;
        match long(&self.open_transactions().await?) {
            None => Ok(()),
            Some(since) => Err(Failure::LockTimeout(format!(
                "a transaction has been open for {} s, behind which the end of an index build would have all writers stand still",
                since / 1_000
            ))),
        }
    }
}

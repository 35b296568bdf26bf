//! Who is in the way, and who is at work: asked of the server's list of operations.

use bson::{Bson, Document, doc};

use super::options::APPLICATION;
use super::{MongoDb, command};
use crate::migrate::backfill::Traffic;
use crate::migrate::blocker::Blocker;
use crate::migrate::driver::{Failure, SessionId};

/// What the comment of a worker's commands begins with.
const WORKER: &str = "colmig_worker";

/// Writes and reads of somebody: not what servers say to each other.
const OPERATIONS: [&str; 6] = ["insert", "update", "remove", "query", "getmore", "command"];

/// By which the commands of a connection are known while they are executed.
pub(super) fn comment(id: SessionId, works: bool) -> String {
    let who = if works { WORKER } else { APPLICATION };
    format!("{who} {}", id.0)
}

fn comments(id: SessionId) -> [String; 2] {
    [comment(id, false), comment(id, true)]
}

/// The sessions that are executing a statement, apart from this one.
pub(super) async fn traffic(admin: &mongodb::Database, of: SessionId) -> Result<Traffic, Failure> {
    let looks = doc! {
        "aggregate": 1,
        "pipeline": [
            { "$currentOp": { "allUsers": true, "idleConnections": false, "idleSessions": false } },
            { "$match": {
                "active": true,
                "op": { "$in": OPERATIONS.to_vec() },
                "ns": { "$not": { "$regex": "^(admin|local|config)[.]" } },
                // Who waits for changes is not at work.
                "cursor.awaitData": { "$ne": true },
                "command.comment": { "$nin": comments(of).to_vec() },
            } },
            { "$project": {
                "works": { "$regexMatch": { "input": { "$ifNull": ["$command.comment", ""] }, "regex": "^colmig_worker " } },
                "others": { "$ne": ["$appName", APPLICATION] },
            } },
            { "$group": {
                "_id": null,
                "others": { "$sum": { "$cond": ["$others", 1, 0] } },
                "workers": { "$sum": { "$cond": ["$works", 1, 0] } },
            } },
        ],
        "cursor": {},
        "maxTimeMS": super::ms(super::LOOK_TIMEOUT),
        "comment": comment(of, true),
    };
    let mut answer = admin.run_command(looks).await?;
    let found = command::batch(&mut answer).and_then(|(found, ..)| found.into_iter().next());
    let count = |name: &str| {
        let count = found
            .as_ref()
            .and_then(|found| command::number(found, name));
        u32::try_from(count.unwrap_or_default()).unwrap_or(u32::MAX)
    };
    Ok(Traffic {
        others: count("others"),
        workers: count("workers"),
    })
}

impl MongoDb {
    /// Who is at work.
    pub(super) async fn look_around(&mut self) -> Result<Traffic, Failure> {
        let admin = self.documents.database.client().database("admin");
        traffic(&admin, self.id).await
    }

    /// Operations, as the stages say.
    async fn operations(&self, stages: Vec<Document>) -> Result<Vec<Document>, Failure> {
        let mut pipeline = vec![doc! {
            "$currentOp": { "allUsers": true, "idleConnections": true, "idleSessions": true }
        }];
        pipeline.extend(stages);
        let looks = doc! { "aggregate": 1, "pipeline": pipeline, "cursor": { "batchSize": 1_000 } };
        let mut answer = self.ask(looks).await.map_err(unseen)?;
        Ok(command::batch(&mut answer).map_or(Vec::new(), |(found, ..)| found))
    }

    /// The transactions of others that are open, the oldest first.
    pub(super) async fn open_transactions(&self) -> Result<Vec<Blocker>, Failure> {
        let stages = vec![
            doc! { "$match": { "transaction.parameters.autocommit": false, "appName": { "$ne": APPLICATION } } },
            doc! { "$sort": { "transaction.timeOpenMicros": -1 } },
            doc! { "$limit": 5 },
        ];
        let found = self.operations(stages).await?;
        Ok(found.iter().map(blocker).collect())
    }

    /// What a command of another connection waits for. One that has not begun yet is about to build
    /// an index, and waits for the same.
    pub(super) async fn in_the_way_of(&self, of: SessionId) -> Result<Vec<Blocker>, Failure> {
        let stages =
            vec![doc! { "$match": { "command.comment": { "$in": comments(of).to_vec() } } }];
        let ours = self.operations(stages).await?;
        let waits = |operation: &Document| {
            let conflicts = ["writeConflicts", "prepareReadConflicts"];
            operation.get_bool("waitingForLock").unwrap_or_default()
                || conflicts
                    .iter()
                    .any(|name| command::number(operation, name) > Some(0))
        };
        match ours.is_empty() || ours.iter().any(waits) {
            true => self.open_transactions().await,
            false => Ok(Vec::new()),
        }
    }

    /// The transactions and the writes of others that began by then, and have not ended.
    pub(super) async fn begun_before(&self, horizon: i64) -> Result<Vec<Blocker>, Failure> {
        let database = self.documents.database.name();
        let of_database = format!("{database}.");
        let began = doc! { "$subtract": [{ "$toLong": "$$NOW" }, { "$floor": { "$divide": [
            { "$ifNull": ["$transaction.timeOpenMicros", "$microsecs_running"] }, 1_000
        ] } }] };
        let is_write = doc! { "$or": [
            { "$in": ["$op", ["insert", "update", "remove"]] },
            { "$ne": [{ "$type": "$command.findAndModify" }, "missing"] },
            { "$ne": [{ "$type": "$command.findandmodify" }, "missing"] },
        ] };
        let stages = vec![
            doc! { "$match": { "appName": { "$ne": APPLICATION }, "$expr": { "$and": [
                { "$or": [
                    { "$eq": ["$transaction.parameters.autocommit", false] },
                    { "$and": [
                        { "$eq": ["$active", true] },
                        { "$eq": [{ "$indexOfBytes": [{ "$ifNull": ["$ns", ""] }, { "$literal": &of_database }] }, 0] },
                        is_write,
                    ] },
                ] },
                { "$lte": [began, horizon] },
            ] } } },
            doc! { "$sort": { "transaction.timeOpenMicros": -1, "microsecs_running": -1 } },
        ];
        let found = self.operations(stages).await?;
        Ok(found.iter().map(blocker).collect())
    }

    /// Breaks off what a connection is executing. What builds an index for it is broken off too.
    pub(super) async fn kill(&self, session: SessionId) -> Result<(), Failure> {
        let stages =
            vec![doc! { "$match": { "command.comment": { "$in": comments(session).to_vec() } } }];
        for operation in self.operations(stages).await? {
            if let Some(id) = operation.get("opid") {
                self.ask(doc! { "killOp": 1, "op": id }).await?;
            }
        }
        Ok(())
    }
}

/// What a role lacks that is not shown what others do.
fn unseen(failure: Failure) -> Failure {
    match failure {
        Failure::Refused {
            message, exists, ..
        } => Failure::Refused {
            message: format!("what others have under way cannot be seen: {message}"),
            hint: Some(
                "give the role that runs migrations `clusterMonitor` on `admin`: \
                 `db.grantRolesToUser(\"...\", [{role: \"clusterMonitor\", db: \"admin\"}])`"
                    .to_owned(),
            ),
            exists,
        },
        passing => passing,
    }
}

fn blocker(operation: &Document) -> Blocker {
    let text = |name: &str| operation.get_str(name).ok().filter(|text| !text.is_empty());
    let transaction = operation.get_document("transaction").ok();
    let micros = transaction
        .and_then(|transaction| command::number(transaction, "timeOpenMicros"))
        .or_else(|| command::number(operation, "microsecs_running"));
    let mut who = text("appName").unwrap_or("a session").to_owned();
    if let Some(client) = text("client") {
        who.push_str(" at ");
        who.push_str(client);
    }
    let session = operation.get_document("lsid").ok();
    if let Some(Bson::Binary(id)) = session.and_then(|session| session.get("id"))
        && let Ok(id) = id.to_uuid()
    {
        // By this it can be ended.
        who.push_str(&format!(", session UUID('{id}')"));
    }
    let active = operation.get_bool("active").unwrap_or_default();
    Blocker {
        pid: command::number(operation, "connectionId").and_then(|id| i64::try_from(id).ok()),
        who,
        state: Some(
            if active {
                "active"
            } else {
                "idle in transaction"
            }
            .to_owned(),
        ),
        since_ms: micros.map(|micros| micros / 1_000),
        query: operation
            .get_document("command")
            .ok()
            .filter(|command| !command.is_empty())
            .map(|command| {
                let name = command::name(command);
                let of = command::collection(command).unwrap_or_default();
                format!("{name} {of}").trim().to_owned()
            }),
    }
}

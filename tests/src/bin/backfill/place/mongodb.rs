//! The collection on MongoDB: seeded anew by the server itself for each run, by one command, and then
//! taken to where a run begins. A copy of another collection would take as long.

use colmig::{Database, Phase};

use super::{Begins, COPY};
use crate::Result;
use crate::connection::Connection;
use crate::engine;
use crate::project::{Project, TABLE, TARGET, rule};

/// Documents are numbered by so many at a time: one document with the numbers of all would be too
/// large.
const AT_ONCE: i64 = 1_000;

/// For how long the server remembers what documents were, in seconds: that is its default.
const REMEMBERED: u32 = 300;

/// The address of any database of a server.
pub(super) struct Server {
    /// Up to the name of the database.
    before: String,
    /// The options behind it.
    after: String,
}

impl Server {
    /// By the address of one of its databases.
    pub(super) fn of_url(url: &str) -> Result<Server> {
        let (address, options) = url.split_once('?').unwrap_or((url, ""));
        let (before, _) = address
            .rsplit_once('/')
            .ok_or("the URL names no database")?;
        Ok(Server {
            before: before.to_owned(),
            after: match options {
                "" => String::new(),
                options => format!("?{options}"),
            },
        })
    }

    pub(super) fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.before, self.after)
    }

    pub(super) async fn copy(&self, project: &Project, rows: i64, begins: Begins) -> Result<()> {
        self.forget().await?;
        let url = self.url(COPY);
        let mut copy = Connection::open(&url, "reset").await?;
        copy.execute(&seed(rows)).await?;
        copy.close().await?;
        engine::until(&url, project, project.create(), Phase::SwitchReads).await?;
        if begins == Begins::BeforeBackfill {
            engine::until(&url, project, project.add(), Phase::DualWrite).await?;
        }
        self.settle().await
    }

    /// Writes all pages: else that would be done meanwhile.
    pub(super) async fn settle(&self) -> Result<()> {
        self.on_server(&[r#"{"fsync": 1}"#.to_owned()]).await
    }

    pub(super) async fn drop(&self) -> Result<()> {
        self.forget().await
    }

    /// Throws the copy away, and has the server give its room back at once.
    async fn forget(&self) -> Result<()> {
        let mut copy = Connection::open(&self.url(COPY), "reset").await?;
        self.on_server(&[remember(0)]).await?;
        copy.execute(r#"{"dropDatabase": 1, "writeConcern": {"w": "majority", "j": true}}"#)
            .await?;
        copy.close().await?;
        self.on_server(&[r#"{"fsync": 1}"#.to_owned(), remember(REMEMBERED)])
            .await
    }

    async fn on_server(&self, commands: &[String]) -> Result<()> {
        let mut server = Connection::open(&self.url("admin"), "reset").await?;
        for command in commands {
            server.execute(command).await?;
        }
        server.close().await
    }
}

/// How many documents hold something else than the rule gives, and how many hold anything.
pub(super) fn counts() -> [String; 2] {
    let rule = rule(Database::MongoDb);
    let count = |differs: &str| {
        format!(
            r#"{{"aggregate": "{TABLE}", "cursor": {{}}, "pipeline": [
                {{"$group": {{"_id": null, "n": {{"$sum": {{"$cond": [{differs}, 1, 0]}}}}}}}},
                {{"$project": {{"_id": 0, "n": 1}}}}]}}"#
        )
    };
    let is_there = format!(r#"{{"$gt": ["${TARGET}", null]}}"#);
    let wrong = format!(r#"{{"$and": [{is_there}, {{"$ne": ["${TARGET}", {rule}]}}]}}"#);
    [count(&wrong), count(&is_there)]
}

fn remember(seconds: u32) -> String {
    format!(r#"{{"setParameter": 1, "minSnapshotHistoryWindowInSeconds": {seconds}}}"#)
}

/// Documents of about 250 bytes.
fn seed(rows: i64) -> String {
    let text = |number: &str| format!(r#"{{"$toString": {number}}}"#);
    let (id, town) = (text("\"$_id\""), text(r#"{"$mod": ["$_id", 499]}"#));
    let first = text(r#"{"$mod": ["$_id", 9973]}"#);
    let street = text(r#"{"$mod": ["$_id", 997]}"#);
    let last = rows + 1;
    format!(
        r#"{{"aggregate": 1, "cursor": {{}}, "writeConcern": {{"w": "majority", "j": true}}, "pipeline": [
        {{"$documents": {{"$map": {{"input": {{"$range": [1, {last}, {AT_ONCE}]}}, "in": {{"from": "$$this"}}}}}}}},
        {{"$project": {{"_id": {{"$range": ["$from", {{"$min": [{last}, {{"$add": ["$from", {AT_ONCE}]}}]}}]}}}}}},
        {{"$unwind": "$_id"}},
        {{"$project": {{
            "_id": {{"$toLong": "$_id"}},
            "first_name": {{"$concat": ["First", {first}]}},
            "last_name": {{"$concat": ["Last", {id}]}},
            "email": {{"$concat": ["first.last", {id}, "@example.org"]}},
            "street": {{"$concat": [{street}, " Long Winding Road"]}},
            "city": {{"$concat": ["Town", {town}]}},
            "note": {{"$concat": ["a customer of whom nothing more is known, number ", {id}]}},
            "balance": {{"$toLong": {{"$mod": ["$_id", 100000]}}}},
            "seen_at": {{"$toDate": {{"$add": [1767225600000, {{"$multiply": ["$_id", 1000]}}]}}}}
        }}}},
        {{"$out": "{TABLE}"}}]}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn options_stay_behind_the_database() {
        let url = |url: &str| Server::of_url(url).unwrap().url("app");
        assert_eq!(
            url("mongodb://a:1,b:2/admin?replicaSet=x"),
            "mongodb://a:1,b:2/app?replicaSet=x"
        );
        assert_eq!(url("mongodb://a:1/admin"), "mongodb://a:1/app");
    }
}

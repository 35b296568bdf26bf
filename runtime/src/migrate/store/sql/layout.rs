//! The tables themselves: created once, and of one version.

use std::time::Duration;

use async_trait::async_trait;

use super::SqlStore;
use crate::migrate::driver::{Driver, Failure, Value, Waits, Words, end};
use crate::migrate::error::Error;
use crate::migrate::store::Layout;

/// The version of the layout that this build writes and reads.
const VERSION: i64 = 1;

/// Tables that are older than this were found by every instance long ago, however long
/// the commit took after the database had noted the time.
const YOUNG_MS: i64 = 10_000;

/// Several that create the tables at once: each of the others waits for the first.
const TRIES: u32 = 10;

/// The migrations that were executed.
const REMEMBERED: &str =
    "SELECT id FROM colmig_migration WHERE state NOT IN ('pending', 'aborted') ORDER BY id";

#[async_trait]
impl Layout for SqlStore {
    async fn prepare(
        &self,
        driver: &mut dyn Driver,
        lock_timeout: Duration,
    ) -> Result<bool, Error> {
        let waits = &Waits::of(lock_timeout);
        let state = |failure: Failure| Error::State {
            what: "prepare colmig's tables",
            message: failure.message().to_owned(),
        };
        for attempt in 1.. {
            // Looked for first: a role that may only use the tables may not even try to
            // create them.
            let found = driver
                .query(self.words.find_table, &["colmig_meta".into()])
                .await;
            if !found.map_err(state)?.is_empty() {
                break;
            }
            match self.create(driver, waits).await {
                Ok(()) => break,
                // Somebody else creates them this very moment; `IF NOT EXISTS` does not
                // look at what is not committed.
                Err(
                    Failure::Conflict { .. }
                    | Failure::LockTimeout(_)
                    | Failure::Again(_)
                    | Failure::Refused { exists: true, .. },
                ) if attempt < TRIES => tokio::time::sleep(lock_timeout).await,
                Err(failure) => return Err(state(failure)),
            }
        }
        let sql = format!(
            "SELECT CAST(max(version) AS {}), {} FROM colmig_meta",
            self.words.database.as_integer(),
            Words::fill(self.words.age, "max(created_at)")
        );
        let version = driver.query(&sql, &[]).await;
        match version.map_err(state)?.first().map(Vec::as_slice) {
            Some([Value::Int(VERSION), Value::Int(age)]) => Ok(*age < YOUNG_MS),
            Some([Value::Int(found), _]) => Err(Error::Layout {
                found: *found,
                known: VERSION,
            }),
            _ => Err(Error::Damaged("colmig_meta names no version".to_owned())),
        }
    }

    async fn remembered(&self, driver: &mut dyn Driver) -> Result<Vec<String>, Failure> {
        let sql = self.words.find_table;
        let found = driver.query(sql, &["colmig_migration".into()]).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let rows = driver.query(REMEMBERED, &[]).await?;
        Ok(rows
            .into_iter()
            .flatten()
            .map(|id| id.to_string())
            .collect())
    }
}

impl SqlStore {
    async fn create(&self, driver: &mut dyn Driver, waits: &Waits) -> Result<(), Failure> {
        driver.begin(waits).await?;
        let created = self.create_tables(driver).await;
        end(driver, created).await
    }

    async fn create_tables(&self, driver: &mut dyn Driver) -> Result<(), Failure> {
        let Words {
            time_column: time,
            serial_key: serial,
            updated_often: often,
            name,
            text,
            ..
        } = self.words;
        let saved = colmig_schema::render::SAVED_TABLE;
        // The version last: whoever finds it finds all of them.
        let tables = [
            format!(
                "CREATE TABLE colmig_migration (id {name} PRIMARY KEY, parent {text}, state {text} NOT NULL, phase {text}, \
                 digest {text} NOT NULL, began_at {time}, changed_at {time}, generation bigint NOT NULL, \
                 changes {text} NOT NULL DEFAULT '[]')"
            ),
            format!(
                "CREATE TABLE colmig_step (migration {name} NOT NULL, phase {name} NOT NULL, step {name} NOT NULL, \
                 state {text} NOT NULL, resume_at {text}, row_count bigint NOT NULL DEFAULT 0, attempts bigint NOT NULL DEFAULT 0, \
                 updated_at {time}, PRIMARY KEY (migration, phase, step)){often}"
            ),
            format!(
                "CREATE TABLE colmig_range (migration {name} NOT NULL, phase {name} NOT NULL, step {name} NOT NULL, \
                 ordinal bigint NOT NULL, lower_key {text}, upper_key {text}, next_key {text}, covered bigint NOT NULL DEFAULT 0, \
                 changed bigint NOT NULL DEFAULT 0, done bigint NOT NULL DEFAULT 0, claims bigint NOT NULL DEFAULT 0, \
                 owner {text}, expires_at {time}, PRIMARY KEY (migration, phase, step, ordinal)){often}"
            ),
            format!(
                "CREATE TABLE colmig_brake (migration {name} NOT NULL, phase {name} NOT NULL, step {name} NOT NULL, \
                 owner {name} NOT NULL, brake {name} NOT NULL, reading {text} NOT NULL, threshold {text} NOT NULL, \
                 held_ms bigint NOT NULL, expires_at {time}, PRIMARY KEY (migration, phase, step, owner, brake)){often}"
            ),
            format!(
                "CREATE TABLE colmig_baseline (migration {name} NOT NULL, phase {name} NOT NULL, step {name} NOT NULL, \
                 name {name} NOT NULL, value {text} NOT NULL, noted_at {time}, PRIMARY KEY (migration, phase, step, name))"
            ),
            format!(
                "CREATE TABLE colmig_audit (seq {serial}, at {time}, actor {text} NOT NULL, action {text} NOT NULL, \
                 migration {text}, phase {text}, step {text}, detail {text})"
            ),
            format!(
                "CREATE TABLE colmig_lock (id bigint PRIMARY KEY CHECK (id = 1), owner {name} NOT NULL, \
                 actor {text} NOT NULL, taken_at {time}, expires_at {time}){often}"
            ),
            format!(
                "CREATE TABLE {saved} (migration {name} NOT NULL, table_name {name} NOT NULL, \
                 column_name {name} NOT NULL, row_key {text} NOT NULL, value {text}, saved_at {time})"
            ),
            format!(
                "CREATE TABLE colmig_instance (id {name} PRIMARY KEY, build {text} NOT NULL, models {text} NOT NULL, \
                 host {text} NOT NULL, pid bigint NOT NULL, began_at {time}, seen_at {time}, expires_at {time}, \
                 acknowledged bigint NOT NULL){often}"
            ),
            format!(
                "CREATE TABLE colmig_switch (migration {name} PRIMARY KEY, reads_from {text} NOT NULL, mismatch_limit bigint NOT NULL, \
                 show_values bigint NOT NULL, switched bigint NOT NULL, switched_by {text} NOT NULL, switched_at {time})"
            ),
            format!(
                "CREATE TABLE colmig_mismatch (seq {serial}, at {time}, migration {name} NOT NULL, table_name {name} NOT NULL, \
                 column_name {name} NOT NULL, row_key {text} NOT NULL, legacy {text}, target {text}, instance {name} NOT NULL)"
            ),
            format!(
                "CREATE TABLE colmig_conversion (migration {name} NOT NULL, table_name {name} NOT NULL, column_name {name} NOT NULL, \
                 state {text} NOT NULL, pass bigint NOT NULL, next_key {text}, ended bigint NOT NULL, claims bigint NOT NULL, \
                 covered bigint NOT NULL, changed bigint NOT NULL, filled bigint NOT NULL, failed bigint NOT NULL, \
                 began_at {time}, PRIMARY KEY (migration, table_name, column_name)){often}"
            ),
            format!(
                "CREATE TABLE colmig_conversion_chunk (migration {name} NOT NULL, table_name {name} NOT NULL, column_name {name} NOT NULL, \
                 id bigint NOT NULL, lower_key {text} NOT NULL, upper_key {text}, instance {name} NOT NULL, expires_at {time}, \
                 PRIMARY KEY (migration, table_name, column_name, id)){often}"
            ),
            format!(
                "CREATE TABLE colmig_conversion_failure (seq {serial}, at {time}, migration {name} NOT NULL, \
                 table_name {name} NOT NULL, column_name {name} NOT NULL, row_key {text} NOT NULL, value {text}, reason {text} NOT NULL)"
            ),
            format!(
                "CREATE TABLE colmig_conversion_worker (migration {name} NOT NULL, table_name {name} NOT NULL, \
                 column_name {name} NOT NULL, instance {name} NOT NULL, expires_at {time}, \
                 PRIMARY KEY (migration, table_name, column_name, instance)){often}"
            ),
            format!(
                "CREATE TABLE colmig_tuning (migration {name} NOT NULL, setting {name} NOT NULL, value {text} NOT NULL, \
                 tuned_by {text} NOT NULL, tuned_at {time}, PRIMARY KEY (migration, setting))"
            ),
            format!("CREATE TABLE colmig_meta (version bigint NOT NULL, created_at {time})"),
            format!("INSERT INTO colmig_meta (version) VALUES ({VERSION})"),
        ];
        for sql in tables {
            driver.execute(&sql, &[]).await?;
        }
        // The application's role is another than ours, and its instances could rely on
        // nothing from the moment on in which the table is there and they cannot read it.
        for (share, table) in [
            (self.words.readable_by_all, "colmig_migration"),
            (self.words.writable_by_all, "colmig_instance"),
            (self.words.writable_by_all, "colmig_switch"),
            (self.words.writable_by_all, "colmig_mismatch"),
        ] {
            if !share.is_empty() {
                driver.execute(&Words::fill(share, table), &[]).await?;
            }
        }
        for table in colmig_schema::render::CONVERSION_TABLES {
            let share = self.words.writable_by_all;
            if !share.is_empty() {
                driver.execute(&Words::fill(share, table), &[]).await?;
            }
        }
        Ok(())
    }
}

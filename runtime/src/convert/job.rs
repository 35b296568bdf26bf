//! What there is to convert, and who is at which range: colmig's tables in the database.

use std::sync::Arc;
use std::time::Duration;

use colmig_schema::Sql;
use colmig_schema::access::{Conversion, KeyColumn};
use colmig_schema::render::Ident;
use sqlx::Connection as _;

use super::raw::{Raw, read_key, write_key};
use crate::access::on;
use crate::backend::{Backend, execute, fetch};
use crate::db::Inner;
use crate::fleet::words::is_missing;
use crate::flight::Flight;
use crate::private::Descriptor;
use crate::rule::Rule;

/// How far a conversion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Instances convert.
    Open,
    /// A pass has found rows that do not convert.
    Held,
    /// A pass has found nothing to write.
    Clean,
    /// The executor has taken that down.
    Done,
}

impl State {
    /// From the word that stands for it.
    pub(crate) fn read(word: &str) -> Option<State> {
        Some(match word {
            "open" => State::Open,
            "held" => State::Held,
            "clean" => State::Clean,
            "done" => State::Done,
            _ => return None,
        })
    }
}

/// One column that is converted.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) migration: &'static str,
    pub(super) table: &'static str,
    pub(super) target: &'static str,
    /// The columns that the function is called with.
    pub(super) read: Vec<&'static str>,
    pub(super) rule: &'static dyn Rule,
    /// Who is at it.
    pub(super) worker: String,
}

/// A range that is claimed.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) id: i64,
    pub(super) lower: Vec<Raw>,
    /// The first key behind it; none if it goes to the end.
    pub(super) upper: Option<Vec<Raw>>,
    /// The pass over the table that it belongs to, from 1.
    pub(super) pass: i64,
}

/// What came of a claim.
#[derive(Debug)]
pub(super) enum Claim {
    /// Nothing is left for anybody.
    Ended,
    /// Nothing is to be had now.
    Nothing,
    /// Another claim may get something.
    Again,
    Chunk(Chunk),
}

/// As many parameters go into one statement: SQLite takes 32,766.
const MOST_PARAMETERS: u32 = 32_000;

/// The rows of a table of colmig's that belong to a job: its first three parameters.
pub(super) const OF_JOB: &str = "migration = $1 AND table_name = $2 AND column_name = $3";

impl Job {
    /// The conversion of a field; none if a rule in SQL does it, or nothing.
    pub(super) fn of(
        descriptor: &'static Descriptor,
        flight: &'static Flight,
        worker: &str,
    ) -> Option<Job> {
        let rule = flight.rule?;
        let made_of = rule.made_of();
        Some(Job {
            migration: flight.migration,
            table: descriptor.table,
            target: descriptor.column(flight.field),
            read: match flight.legacy.first() {
                Some(legacy) => vec![&legacy.column],
                None => made_of.iter().map(|at| descriptor.column(*at)).collect(),
            },
            rule,
            worker: worker.to_owned(),
        })
    }

    /// Whether the column is new, so that only empty rows are of interest.
    pub(super) fn fills(&self) -> bool {
        !self.rule.made_of().is_empty()
    }

    /// The parameters that say which job it is, and then others.
    pub(super) fn with(&self, others: impl IntoIterator<Item = Raw>) -> Vec<Raw> {
        let job = [self.migration, self.table, self.target].map(Raw::from);
        job.into_iter().chain(others).collect()
    }

    /// Its statements on the table itself.
    pub(super) fn statements<'a, D: Backend>(
        &'a self,
        keys: &'a [(&'static str, String)],
    ) -> Conversion<'a> {
        Conversion {
            table: self.table,
            key: keys
                .iter()
                .map(|(name, ty)| KeyColumn { name, ty })
                .collect(),
            read: self.read.clone(),
            target: self.target,
            fills: self.fills(),
            kept: Vec::new(),
            database: D::DATABASE,
        }
    }

    /// The columns of the table that change by themselves with every update.
    pub(super) async fn kept<D: Backend>(
        &self,
        connection: &mut D::Connection,
    ) -> Result<Vec<String>, sqlx::Error> {
        if D::DATABASE != Sql::MariaDb {
            return Ok(Vec::new());
        }
        let sql = "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 \
                   AND EXTRA LIKE '%on update current_timestamp%' ORDER BY ORDINAL_POSITION";
        let rows = fetch::<D>(connection, sql, &[Raw::from(self.table)]).await?;
        Ok(rows
            .into_iter()
            .flatten()
            .filter_map(|name| name.shown())
            .collect())
    }

    /// The type of a column, in the words of the database.
    pub(super) async fn type_of(
        &self,
        inner: &Inner,
        database: Sql,
        column: &str,
    ) -> Result<String, sqlx::Error> {
        let (sql, table) = match database {
            Sql::MariaDb => (
                "SELECT CAST(DATA_TYPE AS char) FROM information_schema.COLUMNS \
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND COLUMN_NAME = $2",
                self.table.to_owned(),
            ),
            _ => (
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
                 WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attname = $2 AND NOT attisdropped",
                Ident(self.table).to_string(),
            ),
        };
        let arguments = [Raw::Text(table), Raw::from(column)];
        let mut held = inner.pool.acquire().await?;
        let rows = on!(&mut held, D, connection => fetch::<D>(connection, sql, &arguments).await)?;
        let ty = rows.into_iter().flatten().next().and_then(|ty| ty.shown());
        ty.ok_or(sqlx::Error::RowNotFound)
    }

    /// How far it is; none if the executor has not come to it.
    pub(super) async fn state(&self, inner: &Inner) -> Result<Option<State>, sqlx::Error> {
        let sql = format!("SELECT state FROM colmig_conversion WHERE {OF_JOB}");
        let mut held = inner.pool.acquire().await?;
        let found =
            on!(&mut held, D, connection => fetch::<D>(connection, &sql, &self.with([])).await);
        let found = match found {
            // No migration has ever run here.
            Err(error) if is_missing(&error) => return Ok(None),
            found => found?,
        };
        let word = found.into_iter().flatten().next();
        Ok(word.and_then(|word| State::read(&word.shown()?)))
    }

    /// Says that somebody is at it, and claims a range: one whose lease has run out, or the
    /// next one. Where all of a pass is done, begins the next, or says what it has proved.
    pub(super) async fn claim(
        &self,
        inner: &Arc<Inner>,
        keys: &[(&'static str, String)],
        rows: u32,
        lease: Duration,
    ) -> Result<Claim, sqlx::Error> {
        let mut held = inner.pool.acquire().await?;
        on!(&mut held, D, connection => {
            let mut transaction = begin::<D>(connection).await?;
            let claim = self.claim_on::<D>(&mut transaction, keys, rows, lease).await?;
            transaction.commit().await?;
            Ok(claim)
        })
    }

    async fn claim_on<D: Backend>(
        &self,
        connection: &mut D::Connection,
        keys: &[(&'static str, String)],
        rows: u32,
        lease: Duration,
    ) -> Result<Claim, sqlx::Error> {
        // Whoever claims waits here for the one before.
        let claim = format!("UPDATE colmig_conversion SET claims = claims + 1 WHERE {OF_JOB}");
        let text = D::DATABASE.as_text();
        let now = format!(
            "state, CAST(pass AS {text}), next_key, CAST(ended AS {text}), CAST(claims AS {text}), \
             CAST(changed AS {text}), CAST(failed AS {text})"
        );
        let found = match D::DATABASE {
            // An update gives no rows there; the row is ours until the transaction ends.
            Sql::MariaDb => {
                execute::<D>(connection, &claim, &self.with([])).await?;
                let sql = format!("SELECT {now} FROM colmig_conversion WHERE {OF_JOB} FOR UPDATE");
                fetch::<D>(connection, &sql, &self.with([])).await?
            }
            _ => {
                let sql = format!("{claim} RETURNING {now}");
                fetch::<D>(connection, &sql, &self.with([])).await?
            }
        };
        let Some(found) = found.into_iter().next() else {
            return Ok(Claim::Nothing);
        };
        let text = |at: usize| found.get(at).and_then(Raw::shown);
        let number = |at: usize| text(at).and_then(|text| text.parse::<i64>().ok());
        let damaged = || sqlx::Error::Decode("a row of colmig_conversion is damaged".into());
        let state = text(0)
            .and_then(|word| State::read(&word))
            .ok_or_else(damaged)?;
        if state == State::Done {
            return Ok(Claim::Ended);
        }
        if state != State::Open {
            return Ok(Claim::Nothing);
        }
        self.tell::<D>(connection, lease).await?;
        let (Some(pass), Some(ended), Some(id), Some(changed), Some(failed)) =
            (number(1), number(3), number(4), number(5), number(6))
        else {
            return Err(damaged());
        };
        if let Some(chunk) = self.take_over::<D>(connection, pass, lease).await? {
            return Ok(Claim::Chunk(chunk));
        }
        if ended != 0 {
            return self.end_pass::<D>(connection, changed, failed).await;
        }
        let statements = self.statements::<D>(keys);
        let most = MOST_PARAMETERS / u32::try_from(statements.width()).unwrap_or(u32::MAX);
        let rows = rows.min(most.max(1));
        let lower = match text(2) {
            Some(next) => Some(read_key(&next).ok_or_else(damaged)?),
            None => fetch::<D>(connection, &statements.first(), &[])
                .await?
                .pop(),
        };
        let Some(lower) = lower else {
            let sql = format!("UPDATE colmig_conversion SET ended = 1 WHERE {OF_JOB}");
            execute::<D>(connection, &sql, &self.with([])).await?;
            return Ok(Claim::Again);
        };
        let upper = fetch::<D>(connection, &statements.boundary(rows), &lower)
            .await?
            .pop();
        let next = upper
            .as_ref()
            .map_or(Raw::Null, |key| Raw::Text(write_key(key)));
        let sql = format!(
            "UPDATE colmig_conversion SET next_key = CAST($4 AS {}), ended = {} WHERE {OF_JOB}",
            D::DATABASE.as_text(),
            i32::from(upper.is_none())
        );
        execute::<D>(connection, &sql, &self.with([next.clone()])).await?;
        let sql = format!(
            "INSERT INTO colmig_conversion_chunk (migration, table_name, column_name, id, lower_key, upper_key, instance, expires_at) \
             VALUES ($1, $2, $3, $4, $5, CAST($6 AS {}), $7, {})",
            D::DATABASE.as_text(),
            D::later(lease)
        );
        let arguments = [
            Raw::Int(id),
            Raw::Text(write_key(&lower)),
            next,
            Raw::from(self.worker.as_str()),
        ];
        execute::<D>(connection, &sql, &self.with(arguments)).await?;
        Ok(Claim::Chunk(Chunk {
            id,
            lower,
            upper,
            pass,
        }))
    }

    /// Says that somebody is at it.
    async fn tell<D: Backend>(
        &self,
        connection: &mut D::Connection,
        lease: Duration,
    ) -> Result<(), sqlx::Error> {
        let sql = format!(
            "INSERT INTO colmig_conversion_worker (migration, table_name, column_name, instance, expires_at) \
             VALUES ($1, $2, $3, $4, {}) {} {}",
            D::later(lease),
            D::DATABASE.or_set("migration, table_name, column_name, instance"),
            D::DATABASE.set_inserted(&["expires_at"])
        );
        let arguments = self.with([Raw::from(self.worker.as_str())]);
        execute::<D>(connection, &sql, &arguments).await.map(drop)
    }

    /// Takes over a range whose lease has run out.
    async fn take_over<D: Backend>(
        &self,
        connection: &mut D::Connection,
        pass: i64,
        lease: Duration,
    ) -> Result<Option<Chunk>, sqlx::Error> {
        // Whoever looks holds the row of the job.
        let sql = format!(
            "SELECT CAST(id AS {}), lower_key, upper_key FROM colmig_conversion_chunk WHERE {OF_JOB} AND expires_at <= {} \
             ORDER BY id LIMIT 1",
            D::DATABASE.as_text(),
            D::CLOCK.now
        );
        let Some(found) = fetch::<D>(connection, &sql, &self.with([])).await?.pop() else {
            return Ok(None);
        };
        let text = |at: usize| found.get(at).and_then(Raw::shown);
        let damaged = || sqlx::Error::Decode("a row of colmig_conversion_chunk is damaged".into());
        let lower = text(1).and_then(|key| read_key(&key)).ok_or_else(damaged)?;
        let upper = match text(2) {
            Some(key) => Some(read_key(&key).ok_or_else(damaged)?),
            None => None,
        };
        let id: i64 = text(0).and_then(|id| id.parse().ok()).ok_or_else(damaged)?;
        let sql = format!(
            "UPDATE colmig_conversion_chunk SET instance = $4, expires_at = {} WHERE {OF_JOB} AND id = $5",
            D::later(lease)
        );
        let arguments = self.with([Raw::from(self.worker.as_str()), Raw::Int(id)]);
        execute::<D>(connection, &sql, &arguments).await?;
        Ok(Some(Chunk {
            id,
            lower,
            upper,
            pass,
        }))
    }

    /// At the end of a pass, which is there once nobody is at a range of it.
    async fn end_pass<D: Backend>(
        &self,
        connection: &mut D::Connection,
        changed: i64,
        failed: i64,
    ) -> Result<Claim, sqlx::Error> {
        let sql = format!(
            "SELECT CAST(count(*) AS {}) FROM colmig_conversion_chunk WHERE {OF_JOB}",
            D::DATABASE.as_text()
        );
        let under_way = fetch::<D>(connection, &sql, &self.with([])).await?;
        let under_way = under_way.into_iter().flatten().next();
        if under_way.and_then(|count| count.shown()).as_deref() != Some("0") {
            return Ok(Claim::Nothing);
        }
        let set = match (failed, changed) {
            (1.., _) => "state = 'held'",
            (_, 0) => "state = 'clean'",
            _ => "pass = pass + 1, next_key = NULL, ended = 0, covered = 0, changed = 0",
        };
        let sql = format!("UPDATE colmig_conversion SET {set} WHERE {OF_JOB}");
        execute::<D>(connection, &sql, &self.with([])).await?;
        Ok(match set.starts_with("state") {
            true => Claim::Nothing,
            false => Claim::Again,
        })
    }

    /// Keeps a range, and says that somebody is still at it. Whether it is still ours.
    pub(super) async fn keep<D: Backend>(
        &self,
        connection: &mut D::Connection,
        chunk: &Chunk,
        lease: Duration,
    ) -> Result<bool, sqlx::Error> {
        self.tell::<D>(connection, lease).await?;
        let sql = format!(
            "UPDATE colmig_conversion_chunk SET expires_at = {} WHERE {OF_JOB} AND id = $4 AND instance = $5",
            D::later(lease)
        );
        let arguments = self.with([Raw::Int(chunk.id), Raw::from(self.worker.as_str())]);
        Ok(execute::<D>(connection, &sql, &arguments).await? == 1)
    }
}

/// Begins a transaction that will write, and waits for no lock for long.
pub(super) async fn begin<D: Backend>(
    connection: &mut D::Connection,
) -> Result<sqlx::Transaction<'_, D>, sqlx::Error> {
    let mut transaction = connection
        .begin_with(sqlx::SqlSafeStr::into_sql_str(D::BEGIN))
        .await?;
    for sql in D::PATIENT {
        execute::<D>(&mut transaction, sql, &[]).await?;
    }
    Ok(transaction)
}

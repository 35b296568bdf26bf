//! One range: read, converted on every core, and written where a row still holds what was read.

use std::collections::BTreeMap;

use colmig_schema::Sql;

use super::cores::{called, on_every_core};
use super::job::{Chunk, Job, OF_JOB, begin};
use super::raw::{Raw, shown_key, write_key};
use super::{KEPT_FAILURES, TRIES, Worker};
use crate::access::on;
use crate::backend::{Backend, execute, execute_with, fetch, fetch_rows};
use crate::rule::{Rule, Value};

/// One row, as it was read.
struct Row {
    key: Vec<Raw>,
    /// What is to be converted, or why it cannot be read.
    legacy: Option<Result<Value, String>>,
    /// What the target holds; none if that is no value of the field.
    target: Option<Value>,
    /// What the columns that were read hold, and behind them the target, for the comparison
    /// when it is written.
    was: Vec<Raw>,
}

impl Row {
    /// What it was made of.
    fn read(&self) -> &[Raw] {
        self.was.split_last().map_or(&[], |(_, read)| read)
    }
}

/// What is to be done about a row.
enum Verdict {
    /// It holds what the rule gives.
    Same,
    Write(Value),
    Fails(String),
}

/// Converts the rows of a range. How many were written.
pub(super) async fn fill(
    worker: &Worker,
    job: &Job,
    keys: &[(&'static str, String)],
    chunk: &Chunk,
) -> Result<u64, sqlx::Error> {
    let mut written = 0;
    // What the rows held that were written, all of them, the last time.
    let mut before: BTreeMap<String, Vec<Raw>> = BTreeMap::new();
    for attempt in 1.. {
        let mut held = worker.inner.pool.acquire().await?;
        let (rows, covered) =
            on!(&mut held, D, connection => read::<D>(connection, job, keys, chunk).await)?;
        // While it is computed, the connection is the application's.
        drop(held);
        let Some(judged) = compute(worker, job, chunk, rows).await? else {
            return Ok(written);
        };
        let (mut news, mut failures) = (Vec::new(), Vec::new());
        for (row, verdict) in judged {
            match verdict {
                Verdict::Same => {}
                Verdict::Fails(reason) => failures.push((row, reason)),
                Verdict::Write(_)
                    if before.get(&write_key(&row.key)).map(Vec::as_slice) == Some(row.read()) =>
                {
                    failures.push((
                        row,
                        "the value that the function gives reads back from the database as another"
                            .to_owned(),
                    ))
                }
                Verdict::Write(value) => news.push((row, value)),
            }
        }
        let round = Round {
            job,
            keys,
            chunk,
            covered,
            lease: worker.lease,
            last: attempt == TRIES,
        };
        let mut held = worker.inner.pool.acquire().await?;
        let done =
            on!(&mut held, D, connection => round.finish::<D>(connection, &news, &failures).await)?;
        let Some(Finished { rows, ended }) = done else {
            return Ok(written);
        };
        written += rows;
        if ended {
            break;
        }
        before.clear();
        if rows == news.len() as u64 {
            let news = news.into_iter();
            before.extend(news.map(|(row, _)| (write_key(&row.key), row.read().to_vec())));
        }
    }
    Ok(written)
}

async fn read<D: Backend>(
    connection: &mut D::Connection,
    job: &Job,
    keys: &[(&'static str, String)],
    chunk: &Chunk,
) -> Result<(Vec<Row>, u64), sqlx::Error> {
    let statements = job.statements::<D>(keys);
    let sql = statements.rows(chunk.upper.is_some());
    let bounds: Vec<Raw> = chunk
        .lower
        .iter()
        .chain(chunk.upper.iter().flatten())
        .cloned()
        .collect();
    let both = job.rule.sides().of::<D>();
    let both = both.ok_or_else(|| {
        sqlx::Error::Decode("the model is not generated for this database".into())
    })?;
    let rows = fetch_rows::<D>(connection, &sql, &bounds).await?;
    // Of a new column only empty rows are read, and they are not all that is covered.
    let covered = match job.fills() {
        true => {
            let sql = statements.count(chunk.upper.is_some());
            let found = fetch::<D>(connection, &sql, &bounds).await?;
            let count = found.into_iter().flatten().next();
            count.and_then(|count| count.shown()?.parse().ok())
        }
        false => None,
    };
    let covered = covered.unwrap_or(rows.len() as u64);
    // Behind the key stand the columns that are read and the target, twice.
    let read: Vec<usize> = (keys.len()..).take(job.read.len()).collect();
    let target = keys.len() + job.read.len();
    let rows = rows.iter().map(|row| {
        let key = (0..keys.len()).map(|at| D::raw(row, at));
        let was = (target + 1..=target + 1 + job.read.len()).map(|at| D::raw(row, at));
        Ok(Row {
            key: key.collect::<Result<_, _>>()?,
            legacy: Some((both.legacy.decode)(row, &read).map_err(|error| error.to_string())),
            target: match job.fills() {
                true => None,
                false => (both.target.decode)(row, &[target]).ok(),
            },
            was: was.collect::<Result<_, _>>()?,
        })
    });
    Ok((rows.collect::<Result<_, sqlx::Error>>()?, covered))
}

/// Converts on every core, and keeps the range meanwhile; none if it was lost to another.
async fn compute(
    worker: &Worker,
    job: &Job,
    chunk: &Chunk,
    rows: Vec<Row>,
) -> Result<Option<Vec<(Row, Verdict)>>, sqlx::Error> {
    let rule = job.rule;
    let mut computed = tokio::task::spawn_blocking(move || judge_all(rule, rows));
    loop {
        tokio::select! {
            judged = &mut computed => {
                let failed = |error: tokio::task::JoinError| sqlx::Error::Io(std::io::Error::other(error));
                return judged.map(Some).map_err(failed);
            }
            () = tokio::time::sleep(worker.lease / 3) => {}
        }
        let mut held = worker.inner.pool.acquire().await?;
        let ours =
            on!(&mut held, D, connection => job.keep::<D>(connection, chunk, worker.lease).await)?;
        if !ours {
            return Ok(None);
        }
    }
}

fn judge_all(rule: &'static dyn Rule, mut rows: Vec<Row>) -> Vec<(Row, Verdict)> {
    let verdicts = on_every_core(&mut rows, |row| judge(rule, row));
    rows.into_iter().zip(verdicts).collect()
}

fn judge(rule: &dyn Rule, row: &mut Row) -> Verdict {
    let legacy = match row.legacy.take() {
        Some(Ok(legacy)) => legacy,
        Some(Err(reason)) => return Verdict::Fails(reason),
        None => return Verdict::Same,
    };
    let converted = called(|| {
        let value = rule.up(legacy)?;
        let same = row
            .target
            .as_ref()
            .is_some_and(|target| rule.same(&**target, &*value));
        Ok((value, same))
    });
    match converted {
        Ok((_, true)) => Verdict::Same,
        Ok((value, false)) => Verdict::Write(value),
        Err(reason) => Verdict::Fails(reason),
    }
}

/// What is written of a range at once.
struct Round<'a> {
    job: &'a Job,
    keys: &'a [(&'static str, String)],
    chunk: &'a Chunk,
    covered: u64,
    lease: std::time::Duration,
    /// Whether what is left is left to the next pass.
    last: bool,
}

struct Finished {
    rows: u64,
    /// Whether the range is done.
    ended: bool,
}

impl Round<'_> {
    /// Writes what was converted, in one statement, and takes it down in the same transaction.
    /// None if the range was lost to another.
    async fn finish<D: Backend>(
        &self,
        connection: &mut D::Connection,
        news: &[(Row, Value)],
        failures: &[(Row, String)],
    ) -> Result<Option<Finished>, sqlx::Error> {
        let mut transaction = begin::<D>(connection).await?;
        let rows = match news.is_empty() {
            true => 0,
            false => self.write::<D>(&mut transaction, news).await?,
        };
        let wanted = news.len() as u64;
        // A row that has changed meanwhile is done again. Behind the first pass few rows are
        // written, and those are looked at again: to be stored is not to be the same.
        let settled = rows == wanted && self.chunk.pass == 1;
        let ended = wanted == 0 || settled || self.last;
        let ours = match ended {
            true => self.give_back::<D>(&mut transaction).await?,
            false => {
                self.job
                    .keep::<D>(&mut transaction, self.chunk, self.lease)
                    .await?
            }
        };
        if !ours {
            transaction.rollback().await?;
            return Ok(None);
        }
        let (covered, failed) = match ended {
            true => (self.covered, failures.len() as u64),
            false => (0, 0),
        };
        if failed > 0 {
            self.tell::<D>(&mut transaction, failures).await?;
        }
        let sql = format!(
            "UPDATE colmig_conversion SET covered = covered + $4, changed = changed + $5, filled = filled + $6, \
             failed = failed + $7 WHERE {OF_JOB}"
        );
        let counts = [covered, wanted, rows, failed].map(Raw::from);
        // A job that an abort has taken back is nobody's to finish.
        if execute::<D>(&mut transaction, &sql, &self.job.with(counts)).await? == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
        transaction.commit().await?;
        Ok(Some(Finished { rows, ended }))
    }

    async fn write<D: Backend>(
        &self,
        connection: &mut D::Connection,
        news: &[(Row, Value)],
    ) -> Result<u64, sqlx::Error> {
        let mut statements = self.job.statements::<D>(self.keys);
        statements.kept = self.job.kept::<D>(connection).await?;
        let sql = statements.write(news.len());
        let both = self.job.rule.sides().of::<D>();
        let both = both.ok_or_else(|| {
            sqlx::Error::Decode("the model is not generated for this database".into())
        })?;
        // Each parameter stands once, in the order of its number.
        let (sql, _) = match D::DATABASE {
            Sql::MariaDb => colmig_schema::render::positional(&sql),
            _ => (sql, Vec::new()),
        };
        let mut arguments = D::Arguments::default();
        for (row, value) in news {
            (both.target.encode)(&**value, &mut arguments).map_err(sqlx::Error::Encode)?;
            for raw in row.was.iter().chain(&row.key) {
                D::bind_raw(raw, &mut arguments).map_err(sqlx::Error::Encode)?;
            }
        }
        execute_with::<D>(connection, &sql, arguments).await
    }

    async fn give_back<D: Backend>(
        &self,
        connection: &mut D::Connection,
    ) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "DELETE FROM colmig_conversion_chunk WHERE {OF_JOB} AND id = $4 AND instance = $5"
        );
        let arguments = [Raw::Int(self.chunk.id), Raw::from(self.job.worker.as_str())];
        Ok(execute::<D>(connection, &sql, &self.job.with(arguments)).await? == 1)
    }

    /// Tells of rows that do not convert, as many as somebody will read.
    async fn tell<D: Backend>(
        &self,
        connection: &mut D::Connection,
        failures: &[(Row, String)],
    ) -> Result<(), sqlx::Error> {
        let sql = format!(
            "INSERT INTO colmig_conversion_failure (migration, table_name, column_name, row_key, value, reason) \
             SELECT $1, $2, $3, $4, CAST($5 AS {}), $6 FROM (SELECT count(*) AS told FROM colmig_conversion_failure WHERE {OF_JOB}) AS kept \
             WHERE told < {KEPT_FAILURES}",
            D::DATABASE.as_text()
        );
        for (row, reason) in failures.iter().take(KEPT_FAILURES) {
            // One value as it is; of several it is said which are NULL.
            let read: Vec<Raw> = match D::DATABASE {
                Sql::MariaDb => row.read().iter().map(Raw::spelled).collect(),
                _ => row.read().to_vec(),
            };
            let value = match read.as_slice() {
                [only] => only.shown().map_or(Raw::Null, Raw::Text),
                several => Raw::Text(shown_key(several)),
            };
            // No database takes the character that ends a string in C.
            let reason = reason.replace('\0', "");
            let arguments = [Raw::Text(shown_key(&row.key)), value, Raw::Text(reason)];
            execute::<D>(connection, &sql, &self.job.with(arguments)).await?;
        }
        Ok(())
    }
}

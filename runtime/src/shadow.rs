//! Shadow reads: both sides of a replaced column compared, behind the caller's back and
//! bounded in number and in time.
//!
//! One statement reads both sides, so what it compares is one state of the row. A row that
//! differs is told in `colmig_mismatch`; past the limit that the switch was moved with, reads
//! go back to legacy by themselves, for every instance.

use std::sync::Arc;
use std::time::Duration;

use colmig_schema::reads::{Share, bucket};
use sqlx::Row as _;
use tokio::sync::Semaphore;

use crate::access::{Held, arguments, key_values, on};
use crate::backend::Backend;
use crate::db::Inner;
use crate::error::{Error, Result};
use crate::flight::{Chosen, Flight};
use crate::metrics;
use crate::model::Model;
use crate::rule::Rule;
use crate::view::Stand;

/// As many comparisons of one process are under way at most. More are left out, not queued:
/// they are a sample anyhow.
const AT_ONCE: usize = 2;

/// For how long one may take, a connection from the pool included.
const PATIENCE: Duration = Duration::from_secs(1);

/// The comparisons of one process.
pub(crate) struct Shadows(Arc<Semaphore>);

impl Default for Shadows {
    fn default() -> Self {
        Shadows(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// The bucket of a key, which is the same in every process. A key of a type that the
/// library does not know falls into a middle one, with every other of its kind.
pub(crate) fn bucket_of<M: Model>(key: &M::Key) -> u16 {
    let mut bytes = Vec::with_capacity(16);
    for (_, part) in key_values::<M>(key) {
        macro_rules! add {
            ($($ty:ty => $bytes:expr),+) => {
                $(if let Some(part) = part.downcast_ref::<$ty>() {
                    let bytes_of: fn(&$ty) -> Vec<u8> = $bytes;
                    bytes.extend(bytes_of(part));
                } else)+ {
                    return Share::PARTS / 2;
                }
            };
        }
        add!(
            i64 => |part| part.to_le_bytes().to_vec(),
            i32 => |part| i64::from(*part).to_le_bytes().to_vec(),
            i16 => |part| i64::from(*part).to_le_bytes().to_vec(),
            String => |part| part.clone().into_bytes(),
            Vec<u8> => Vec::clone,
            bool => |part| vec![u8::from(*part)]
        );
        bytes.push(0);
    }
    bucket(&bytes)
}

/// Compares both sides of these fields in one row, some time soon, unless there is too
/// much to do.
pub(crate) fn compare<M: Model>(
    inner: &Arc<Inner>,
    chosen: Chosen,
    key: M::Key,
    fields: Vec<(&'static Flight, Stand)>,
) {
    let within = Arc::clone(inner);
    let compared = async move { compare_now::<M>(&within, chosen, key, &fields).await };
    inner.shadows.compare(compared);
}

impl Shadows {
    /// Compares, some time soon, unless there is too much to do.
    pub(crate) fn compare(&self, compared: impl Future<Output = Result<()>> + Send + 'static) {
        let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() else {
            metrics::READS_COMPARED.add(&["skipped"], 1);
            return;
        };
        tokio::spawn(async move {
            let result = match tokio::time::timeout(PATIENCE, compared).await {
                Ok(Ok(())) => "done",
                Ok(Err(error)) => {
                    tracing::warn!(%error, "both sides of a replaced column could not be compared");
                    "failed"
                }
                Err(_) => {
                    tracing::debug!("a comparison of both sides took too long");
                    "timeout"
                }
            };
            metrics::READS_COMPARED.add(&[result], 1);
            drop(permit);
        });
    }
}

/// Whether a rule in Rust makes of legacy what the target holds, where the row gives both, one
/// behind the other. Legacy that does not convert is not the same as anything.
fn is_same<D: Backend>(rule: &dyn Rule, row: &D::Row, at: usize) -> Result<bool, sqlx::Error> {
    let both = rule.sides().of::<D>();
    let both = both.ok_or_else(|| sqlx::Error::Decode("the rule has no codec".into()))?;
    let target = (both.target.decode)(row, &[at + 1])?;
    let legacy = (both.legacy.decode)(row, &[at])?;
    let converted = rule.up(legacy);
    Ok(converted.is_ok_and(|converted| rule.same(&*converted, &*target)))
}

/// What one side of a field is not like the other.
struct Found {
    column: &'static str,
    migration: &'static str,
    key: String,
    values: Option<(Option<String>, Option<String>)>,
}

async fn compare_now<M: Model>(
    inner: &Inner,
    chosen: Chosen,
    key: M::Key,
    fields: &[(&'static Flight, Stand)],
) -> Result<()> {
    async fn compare_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        chosen: Chosen,
        key: &M::Key,
        fields: &[(&'static Flight, Stand)],
    ) -> Result<Vec<Found>>
    where
        usize: sqlx::ColumnIndex<D::Row>,
        for<'r> bool: sqlx::Decode<'r, D> + sqlx::Type<D>,
        for<'r> String: sqlx::Decode<'r, D> + sqlx::Type<D>,
    {
        let failed = |source| Error::Database {
            model: M::DESCRIPTOR.model,
            source,
        };
        let table = chosen.table(M::DESCRIPTOR, D::DATABASE)?;
        let positions: Vec<usize> = fields.iter().map(|(flight, _)| flight.field).collect();
        let sql = sqlx::AssertSqlSafe(table.compare(&positions));
        let values = arguments::<D>(M::DESCRIPTOR, key_values::<M>(key))?;
        let sql = sqlx::SqlSafeStr::into_sql_str(sql);
        let row = D::fetch_optional(connection, sql, values)
            .await
            .map_err(failed)?;
        let Some(row) = row else {
            return Ok(Vec::new());
        };
        let key: String = row.try_get(0).map_err(failed)?;
        let mut found = Vec::new();
        let mut at = 1;
        for (flight, stand) in fields {
            let same = match flight.rule {
                Some(rule) => is_same::<D>(rule, &row, at),
                None => row.try_get::<bool, _>(at),
            };
            let shown = at + if flight.rule.is_some() { 2 } else { 1 };
            at = shown + 2;
            if same.map_err(failed)? {
                continue;
            }
            let values = match stand.show_values {
                false => None,
                true => Some((
                    row.try_get(shown).map_err(failed)?,
                    row.try_get(shown + 1).map_err(failed)?,
                )),
            };
            found.push(Found {
                column: M::DESCRIPTOR.column(flight.field),
                migration: flight.migration,
                key: key.clone(),
                values,
            });
        }
        Ok(found)
    }

    let model = M::DESCRIPTOR.model;
    let failed = |source| Error::Database { model, source };
    let mut held = inner.pool.acquire().await.map_err(failed)?;
    let found = on!(&mut held, D, connection => compare_on::<D, M>(connection, chosen, &key, fields).await)?;
    for found in found {
        tell(inner, &mut held, M::DESCRIPTOR.table, &found)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Tells of a row that differs, and moves the switch back if it is one too many.
async fn tell(
    inner: &Inner,
    held: &mut Held<'_>,
    table: &str,
    found: &Found,
) -> Result<(), sqlx::Error> {
    let Found {
        column,
        migration,
        key,
        values,
    } = found;
    tracing::warn!(
        table,
        column,
        migration,
        key,
        "the two sides of a replaced column differ"
    );
    metrics::READS_MISMATCHES.add(&[migration, table, column], 1);
    let database = held.database();
    let text = |value: &Option<String>| match value {
        Some(value) => database.literal(&value.replace('\0', "")),
        None => "NULL".to_owned(),
    };
    let (legacy, target) = match values {
        Some((legacy, target)) => (text(legacy), text(target)),
        None => ("NULL".to_owned(), "NULL".to_owned()),
    };
    let id = database.literal(migration);
    let instance = database.literal(inner.fleet.id());
    let by = database.literal(&format!("mismatches, found by {}", inner.fleet.id()));
    let (table, column, key) = (
        database.literal(table),
        database.literal(column),
        database.literal(key),
    );
    let tell = format!(
        "INSERT INTO colmig_mismatch (migration, table_name, column_name, row_key, legacy, target, instance) \
         VALUES ({id}, {table}, {column}, {key}, {legacy}, {target}, {instance})"
    );
    // Whoever is first moves it, and the others find it moved. What speaks against the target
    // goes on to be counted from when somebody moved the switch there.
    let back = format!(
        "UPDATE colmig_switch SET reads_from = 'legacy', switched = switched + 1, switched_by = {by} \
         WHERE migration = {id} AND reads_from <> 'legacy' AND mismatch_limit < (SELECT count(*) \
         FROM colmig_mismatch m WHERE m.migration = {id} AND m.at >= colmig_switch.switched_at)"
    );
    let mut moved = 0;
    for sql in [tell, back] {
        moved = crate::fleet::words::execute(held, sql).await?;
    }
    if moved > 0 {
        metrics::READS_SWITCHED_BACK.add(&[migration], 1);
        tracing::error!(
            migration,
            "reads were switched back to legacy: more comparisons of the two sides found two values than are put up with"
        );
        crate::fleet::words::notify_all(held).await?;
        inner.views.rouse.notify_one();
    }
    Ok(())
}

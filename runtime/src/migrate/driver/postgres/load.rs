//! What a backfill asks of PostgreSQL: who else is at work, and where to divide a table.

use colmig_schema::render::Ident;
use colmig_schema::script::Backfill;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row as _};

use super::classify;
use crate::migrate::backfill::Traffic;
use crate::migrate::driver::Failure;

/// As many rows are sampled for each part.
const SAMPLED: f64 = 1_000.0;

/// The sessions that execute a statement now or did a moment ago, without our own; how many
/// execute one now of those that may be colmig's; and how many sessions do not tell what they do.
/// The moment is short, so that traffic is seen by most looks and a monitor by few; and instances
/// that ask for the phases, which they do all day, are no traffic. The function beneath
/// `pg_stat_activity` spares the joins of that view.
pub(super) const TRAFFIC: &str = "SELECT count(*) FILTER (WHERE application_name <> current_setting('application_name') \
    AND (state = 'active' OR state_change > clock_timestamp() - interval '5 milliseconds') AND strpos(query, 'colmig_') = 0), \
    count(*) FILTER (WHERE state = 'active' AND application_name = current_setting('application_name')), \
    count(*) FILTER (WHERE query = '<insufficient privilege>') \
    FROM pg_stat_get_activity(NULL) WHERE pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'";

/// Asks for it, behind `first` and in the same message.
pub(super) async fn traffic(
    connection: &mut PgConnection,
    first: &str,
) -> Result<Option<Traffic>, Failure> {
    let sql = sqlx::raw_sql(AssertSqlSafe(format!("{first}{TRAFFIC}")));
    let rows = connection.fetch_all(sql).await.map_err(classify)?;
    rows.first().map_or(Ok(None), read_traffic)
}

/// Who is at work, by a row of [`TRAFFIC`].
pub(super) fn read_traffic(row: &PgRow) -> Result<Option<Traffic>, Failure> {
    let number = |at: usize| {
        let number: i64 = row.try_get(at).map_err(classify)?;
        Ok::<_, Failure>(u32::try_from(number).unwrap_or_default())
    };
    let (others, workers, hidden) = (number(0)?, number(1)?, number(2)?);
    // A role that may not look sees every session of others as idle.
    Ok((hidden == 0).then_some(Traffic { others, workers }))
}

/// The statement that gives keys which divide a table into parts of about the same size: each
/// so manieth of a sample, so that sparse and skewed keys are divided by rows.
pub(super) fn sampled_keys(backfill: &Backfill, rows: u64, parts: u64) -> String {
    let table = Ident(&backfill.table);
    let key: Vec<String> = backfill
        .key
        .iter()
        .map(|key| Ident(key).to_string())
        .collect();
    let text: Vec<String> = key
        .iter()
        .map(|key| format!("sampled.{key}::text"))
        .collect();
    let order: Vec<String> = key.iter().map(|key| format!("sampled.{key}")).collect();
    let (key, text, order) = (key.join(", "), text.join(", "), order.join(", "));
    let share = (SAMPLED * parts as f64 / rows as f64 * 100.0).clamp(0.001, 100.0);
    format!(
        "SELECT {text} FROM (SELECT {key}, row_number() OVER (ORDER BY {key}) AS \"colmig number\", \
         count(*) OVER () AS \"colmig count\" FROM {table} TABLESAMPLE SYSTEM ({share})) AS sampled \
         WHERE \"colmig number\" % greatest(\"colmig count\" / {parts}, 1) = 0 AND \"colmig number\" < \"colmig count\" \
         ORDER BY {order}"
    )
}

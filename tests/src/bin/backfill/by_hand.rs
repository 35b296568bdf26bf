//! What the engine is compared with.

use std::time::{Duration, Instant};

use colmig::{Database, Phase};

use crate::Result;
use crate::connection::Connection;
use crate::course::Course;
use crate::place::Place;
use crate::project::{Project, TABLE, TARGET, rule};

/// The rows of a batch.
const BATCH: i64 = 1_000;

/// Between two batches SQLite's other writers have to find the lock free, so the engine leaves
/// this gap however short the batch was, and chunks that are to be like its own do as well.
const SQLITE_GAP: Duration = Duration::from_millis(5);

/// Waits.
pub(crate) async fn nothing(course: &Course) -> Result<()> {
    course.begin();
    course.pause(Duration::from_secs(86_400)).await;
    Ok(())
}

/// The whole table in one statement.
pub(crate) async fn one_update(place: &Place, course: &Course) -> Result<()> {
    let mut connection = Connection::open(&place.url(), "one update").await?;
    course.begin();
    let began = Instant::now();
    let sql = format!("UPDATE {TABLE} SET {TARGET} = {}", rule(place.database));
    connection.execute(&sql).await?;
    course.took(began.elapsed());
    course.filled();
    connection.close().await
}

/// The engine's own statements in chunks, each with its cursor in one transaction, for a share
/// of the time that never changes.
pub(crate) async fn chunks(
    place: &Place,
    project: &Project,
    duty: f64,
    course: &Course,
) -> Result<()> {
    let steps = project.add().steps(Phase::Backfill);
    let statements = steps.first().map(|step| step.statements());
    let Some([first, boundary, .., batch, last, _]) = statements.as_deref() else {
        return Err("the migration has no backfill".into());
    };
    let (gap, begin) = match place.database {
        Database::Sqlite => (SQLITE_GAP, "BEGIN IMMEDIATE"),
        _ => (Duration::ZERO, "BEGIN"),
    };
    let mut connection = Connection::open(&place.url(), "chunks").await?;
    connection
        .execute("CREATE TABLE chunk_cursor (id bigint PRIMARY KEY, next_key bigint)")
        .await?;
    connection
        .execute("INSERT INTO chunk_cursor VALUES (1, 0)")
        .await?;
    course.begin();
    let mut lower = connection.key(first, None).await?;
    while let Some(key) = lower {
        if course.stop.is_requested() {
            break;
        }
        let began = Instant::now();
        connection.execute(begin).await?;
        let next = connection.key(boundary, Some((key, BATCH))).await?;
        match next {
            Some(next) => connection.fill(batch, &[key, next]).await?,
            None => connection.fill(last, &[key]).await?,
        };
        let recorded = next.unwrap_or(i64::MAX);
        connection
            .execute(&format!(
                "UPDATE chunk_cursor SET next_key = {recorded} WHERE id = 1"
            ))
            .await?;
        connection.execute("COMMIT").await?;
        let busy = began.elapsed();
        course.took(busy);
        lower = next;
        if lower.is_none() {
            course.filled();
        }
        let pause = busy.mul_f64(1.0 / duty - 1.0).max(gap);
        course.pause(pause).await;
    }
    connection.close().await
}

/// As pgroll 0.14 and reshape 0.9 do it: a trigger computes the value, for the application's
/// updates as well; a batch is locked in a CTE, joined, and updated to what it is.
///
/// The function declares every column, as theirs does, and asks for whom it works; pgroll's mark
/// of rows that are to be filled is there too, a column with a constant default.
pub(crate) async fn joined(place: &Place, course: &Course) -> Result<()> {
    let mut connection = Connection::open(&place.url(), "joined").await?;
    connection.execute(JOINED).await?;
    let batch = format!(
        "WITH batch AS (\
           SELECT id FROM {TABLE} WHERE bench_needs_backfill = true AND id > CAST($1::text AS bigint) \
           ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE), \
         updated AS (\
           UPDATE {TABLE} SET id = {TABLE}.id FROM batch WHERE {TABLE}.id = batch.id \
           RETURNING {TABLE}.id) \
         SELECT max(id)::text FROM updated HAVING max(id) IS NOT NULL"
    );
    course.begin();
    let mut last = 0;
    while !course.stop.is_requested() {
        let began = Instant::now();
        let Some(next) = connection.after(&batch, last).await? else {
            course.filled();
            break;
        };
        course.took(began.elapsed());
        last = next;
    }
    connection.close().await
}

const JOINED: &str = r"
ALTER TABLE customers ADD COLUMN bench_needs_backfill boolean DEFAULT true;
CREATE FUNCTION bench_fill() RETURNS trigger LANGUAGE plpgsql AS $bench$
DECLARE
  id customers.id%TYPE := NEW.id;
  first_name customers.first_name%TYPE := NEW.first_name;
  last_name customers.last_name%TYPE := NEW.last_name;
  email customers.email%TYPE := NEW.email;
  street customers.street%TYPE := NEW.street;
  city customers.city%TYPE := NEW.city;
  note customers.note%TYPE := NEW.note;
  balance customers.balance%TYPE := NEW.balance;
  seen_at customers.seen_at%TYPE := NEW.seen_at;
  search_name customers.search_name%TYPE := NEW.search_name;
  newest text;
  search_path text;
BEGIN
  SELECT current_setting INTO search_path FROM current_setting('search_path');
  IF search_path != 'public_newest' THEN
    NEW.search_name = lower(first_name || ' ' || last_name);
    NEW.bench_needs_backfill = false;
  END IF;
  RETURN NEW;
END $bench$;
CREATE TRIGGER bench_fill BEFORE INSERT OR UPDATE ON customers
FOR EACH ROW EXECUTE FUNCTION bench_fill();
";

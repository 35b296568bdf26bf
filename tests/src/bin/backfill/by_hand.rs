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
    let whole = Connection::open(&place.url(), "one update").await?;
    let statement = update(place.database, None);
    course.begin();
    execute(whole, &statement, course).await?;
    course.filled();
    Ok(())
}

/// The same in two at a time, each of half of the table.
pub(crate) async fn two_updates(place: &Place, course: &Course) -> Result<()> {
    let first = Connection::open(&place.url(), "first update").await?;
    let second = Connection::open(&place.url(), "second update").await?;
    let half = place.rows / 2;
    let [below, above] =
        [(0, half), (half, place.rows)].map(|keys| update(place.database, Some(keys)));
    course.begin();
    tokio::try_join!(
        execute(first, &below, course),
        execute(second, &above, course)
    )?;
    course.filled();
    Ok(())
}

async fn execute(mut connection: Connection, statement: &str, course: &Course) -> Result<()> {
    let began = Instant::now();
    connection.execute(statement).await?;
    course.took(began.elapsed());
    connection.close().await
}

/// The update of the rows with keys above the first, up to and with the second; of all if none are given.
fn update(database: Database, keys: Option<(i64, i64)>) -> String {
    let rule = rule(database);
    match database {
        // With the write concern that the engine's batches have.
        Database::MongoDb => {
            let which = match keys {
                Some((above, to)) => format!(r#"{{"_id": {{"$gt": {above}, "$lte": {to}}}}}"#),
                None => "{}".to_owned(),
            };
            format!(
                r#"{{"update": "{TABLE}", "updates": [{{"q": {which}, "u": [{{"$set": {{"{TARGET}": {rule}}}}}], "multi": true}}],
                   "writeConcern": {{"w": "majority", "j": true}}}}"#
            )
        }
        _ => {
            let which = keys.map(|(above, to)| format!(" WHERE id > {above} AND id <= {to}"));
            format!(
                "UPDATE {TABLE} SET {TARGET} = {rule}{}",
                which.unwrap_or_default()
            )
        }
    }
}

/// The engine's own statements in chunks, each with its cursor in one transaction where there are
/// transactions, for a share of the time that never changes.
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
    let gap = match place.database {
        Database::Sqlite => SQLITE_GAP,
        _ => Duration::ZERO,
    };
    let cursor = Cursor::of(place.database);
    let mut connection = Connection::open(&place.url(), "chunks").await?;
    for statement in cursor.set_up {
        connection.execute(statement).await?;
    }
    course.begin();
    let mut lower = connection.key(first, None).await?;
    while let Some(key) = lower {
        if course.stop.is_requested() {
            break;
        }
        let began = Instant::now();
        if let Some(begin) = cursor.begin {
            connection.execute(begin).await?;
        }
        let next = connection.key(boundary, Some((key, BATCH))).await?;
        match next {
            Some(next) => connection.fill(batch, &[key, next]).await?,
            None => connection.fill(last, &[key]).await?,
        };
        let recorded = next.unwrap_or(i64::MAX);
        let record = cursor.record.replace("NEXT", &recorded.to_string());
        connection.execute(&record).await?;
        if let Some(commit) = cursor.commit {
            connection.execute(commit).await?;
        }
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

/// The statements that keep a cursor.
struct Cursor {
    set_up: &'static [&'static str],
    begin: Option<&'static str>,
    /// With `NEXT` where the key stands.
    record: &'static str,
    commit: Option<&'static str>,
}

impl Cursor {
    fn of(database: Database) -> Cursor {
        let begin = match database {
            Database::Sqlite => "BEGIN IMMEDIATE",
            Database::MongoDb => {
                return Cursor {
                    set_up: &[
                        r#"{"insert": "chunk_cursor", "documents": [{"_id": 1, "next": 0}]}"#,
                    ],
                    begin: None,
                    record: r#"{"update": "chunk_cursor", "updates": [{"q": {"_id": 1}, "u": {"$set": {"next": NEXT}}}],
                        "writeConcern": {"w": "majority", "j": true}}"#,
                    commit: None,
                };
            }
            _ => "BEGIN",
        };
        Cursor {
            set_up: &[
                "CREATE TABLE chunk_cursor (id bigint PRIMARY KEY, next_key bigint)",
                "INSERT INTO chunk_cursor VALUES (1, 0)",
            ],
            begin: Some(begin),
            record: "UPDATE chunk_cursor SET next_key = NEXT WHERE id = 1",
            commit: Some("COMMIT"),
        }
    }
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

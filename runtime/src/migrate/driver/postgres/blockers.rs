//! Who is in the way: asked of the server's own views.

use super::{count, text};
use crate::migrate::blocker::Blocker;
use crate::migrate::driver::{Row, Value};

/// What a blocker is read from: `a` is `pg_stat_activity`, which may hold nothing on it,
/// and hides most of what it holds from a role that may not see it.
macro_rules! blocker_columns {
    () => {
        "coalesce(nullif(a.application_name, ''), a.usename, a.backend_type)::text, a.state::text, \
         (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint, \
         left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80)::text, a.backend_type::text"
    };
}

/// The sessions that block the one in the parameter.
pub(super) const BLOCKING: &str = concat!(
    "SELECT b.pid::bigint, ",
    blocker_columns!(),
    " \
     FROM (SELECT DISTINCT unnest(pg_blocking_pids($1::int)) AS pid) AS b \
     LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid ORDER BY a.xact_start, b.pid LIMIT 5"
);

/// The table for which a session waits.
pub(super) const WANTED_TABLE: &str = "SELECT relation::regclass::text FROM pg_locks \
     WHERE pid = $1::int AND NOT granted AND locktype = 'relation'";

/// A snapshot lists the writers of all databases; those of others cannot matter. One
/// that nobody can name, such as a prepared transaction, counts.
pub(super) const OLDER: &str = concat!(
    "SELECT l.pid::bigint, ",
    blocker_columns!(),
    " \
     FROM pg_snapshot_xip(pg_current_snapshot()) AS x(id) \
     LEFT JOIN pg_locks AS l ON l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted \
         AND l.transactionid::text::bigint = (x.id::text::bigint & 4294967295) \
     LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid \
     LEFT JOIN pg_prepared_xacts AS p ON p.transaction = l.transactionid \
     WHERE x.id::text::bigint < $1::bigint \
         AND coalesce(a.datname, p.database, current_database()) = current_database() \
     ORDER BY a.xact_start, l.pid"
);

/// One row of the above.
pub(super) fn blocker(row: Row) -> Blocker {
    let mut columns = row.into_iter();
    let mut next = || columns.next().unwrap_or(Value::Null);
    let pid = match next() {
        Value::Int(pid) if pid != 0 => Some(pid),
        _ => None,
    };
    Blocker {
        pid,
        who: text(next()).unwrap_or_else(|| match pid {
            Some(_) => "a session that this role may not see".to_owned(),
            None => "a prepared transaction".to_owned(),
        }),
        state: text(next()),
        since_ms: count(next()),
        query: text(next()).filter(|query| !query.is_empty()),
    }
}

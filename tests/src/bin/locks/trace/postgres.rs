//! What PostgreSQL says of its locks.
//!
//! A lock that is held for an instant is seen by no look from outside. So an event trigger takes
//! down, in the very transaction of each statement that changes the schema, what that
//! transaction has locked by then.

/// Colmig's own tables are nobody else's to wait for.
pub(super) const SET_UP: &str = "CREATE SCHEMA trace; CREATE TABLE trace.held (at timestamptz, mode text); \
    CREATE FUNCTION trace.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
    INSERT INTO trace.held SELECT clock_timestamp(), l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
    WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p') AND NOT c.relnamespace::regnamespace::text IN ('pg_catalog', 'information_schema', 'pg_toast', 'trace') \
    AND NOT starts_with(c.relname, 'colmig_'); END $$; \
    CREATE EVENT TRIGGER trace_end ON ddl_command_end EXECUTE FUNCTION trace.note()";

/// The time of the server by now, in milliseconds, and each lock that one of colmig's sessions holds.
pub(super) const LOOK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision, h.pid::bigint, h.mode FROM (SELECT 1) AS one \
    LEFT JOIN (SELECT DISTINCT l.pid, l.mode FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
    JOIN pg_class c ON c.oid = l.relation \
    WHERE l.granted AND l.locktype = 'relation' AND a.application_name = 'colmig' AND c.relkind IN ('r', 'p') \
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
    AND NOT c.relnamespace::regnamespace::text IN ('pg_catalog', 'information_schema', 'pg_toast', 'trace') AND NOT starts_with(c.relname, 'colmig_')) AS h ON true";

/// What the trigger has taken down.
pub(super) const NOTED: &str =
    "SELECT (extract(epoch FROM at) * 1000)::double precision, mode FROM trace.held ORDER BY at";

/// The modes of locks on tables, the weakest first.
pub(super) const MODES: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

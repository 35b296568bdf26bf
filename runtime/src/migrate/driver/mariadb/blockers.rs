//! Who is in the way, and who is at work: asked of the server's own tables.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{MariaDb, count, text};
use crate::migrate::backfill::Traffic;
use crate::migrate::blocker::Blocker;
use crate::migrate::driver::{Driver as _, Failure, Obstruction, Row, SessionId, Value};

/// What a blocker is read from: `p` is the list of processes, and `x` that of transactions.
const COLUMNS: &str = "CAST(p.ID AS signed), CONCAT(p.USER, '@', p.HOST), p.COMMAND, \
     CAST(TIMESTAMPDIFF(MICROSECOND, x.trx_started, NOW(6)) DIV 1000 AS signed), LEFT(COALESCE(p.INFO, x.trx_query), 80)";

/// Those that hold a metadata lock on a table on which the session has one, where the server tells.
fn by_metadata_locks(of: SessionId) -> String {
    format!(
        "SELECT DISTINCT {COLUMNS} FROM information_schema.METADATA_LOCK_INFO o \
         JOIN information_schema.METADATA_LOCK_INFO m ON m.TABLE_SCHEMA = o.TABLE_SCHEMA AND m.TABLE_NAME = o.TABLE_NAME \
         AND m.LOCK_TYPE = o.LOCK_TYPE AND m.THREAD_ID <> o.THREAD_ID \
         JOIN information_schema.PROCESSLIST p ON p.ID = m.THREAD_ID \
         LEFT JOIN information_schema.INNODB_TRX x ON x.trx_mysql_thread_id = m.THREAD_ID \
         WHERE o.THREAD_ID = {} AND o.LOCK_TYPE = 'Table metadata lock' AND p.STATE <> 'Waiting for table metadata lock' \
         ORDER BY x.trx_started LIMIT 5",
        of.0
    )
}

/// Those that hold a row which the session waits for, or else, where it waits for a metadata lock
/// and nobody tells of those, every transaction that is open.
fn by_transactions(of: SessionId) -> String {
    format!(
        "SELECT {COLUMNS} FROM information_schema.INNODB_TRX x \
         JOIN information_schema.PROCESSLIST p ON p.ID = x.trx_mysql_thread_id \
         WHERE p.ID <> {0} AND p.ID <> CONNECTION_ID() AND (x.trx_id IN (SELECT w.blocking_trx_id FROM information_schema.INNODB_LOCK_WAITS w \
         JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id WHERE r.trx_mysql_thread_id = {0}) \
         OR EXISTS (SELECT 1 FROM information_schema.PROCESSLIST q WHERE q.ID = {0} AND q.STATE = 'Waiting for table metadata lock')) \
         ORDER BY x.trx_started LIMIT 5",
        of.0
    )
}

pub(super) async fn obstruction(
    driver: &mut MariaDb,
    of: SessionId,
) -> Result<Obstruction, Failure> {
    let mut found = match driver.ask(by_metadata_locks(of)).await {
        Ok(rows) => rows,
        // The server has no such table, or does not show it to this role.
        Err(Failure::Refused { .. }) => Vec::new(),
        Err(failure) => return Err(failure),
    };
    if found.is_empty() {
        found = match driver.ask(by_transactions(of)).await {
            Ok(rows) => rows,
            Err(Failure::Refused { .. }) => Vec::new(),
            Err(failure) => return Err(failure),
        };
    }
    Ok(Obstruction {
        blockers: found.into_iter().map(blocker).collect(),
        ahead: None,
    })
}

/// For longer than this the server shows no old state of its transactions: 100 ms, if nobody else
/// asks meanwhile.
const KEPT: Duration = Duration::from_millis(150);

/// The transactions that began in that second or before, but this one.
///
/// A role that may not see them is refused: nobody could say then whether there are any.
pub(super) async fn older_than(
    driver: &mut MariaDb,
    horizon: &str,
) -> Result<Vec<Blocker>, Failure> {
    let sql = format!(
        "SELECT {COLUMNS} FROM information_schema.INNODB_TRX x \
         LEFT JOIN information_schema.PROCESSLIST p ON p.ID = x.trx_mysql_thread_id \
         WHERE x.trx_mysql_thread_id <> CONNECTION_ID() AND UNIX_TIMESTAMP(x.trx_started) <= $1 \
         AND (p.DB = DATABASE() OR p.DB IS NULL AND (p.ID IS NOT NULL OR x.trx_mysql_thread_id = 0)) ORDER BY x.trx_started"
    );
    let horizon = Value::Int(horizon.parse().unwrap_or(i64::MAX));
    let mut found = driver.query(&sql, std::slice::from_ref(&horizon)).await;
    if matches!(&found, Ok(rows) if rows.is_empty()) {
        // What the server shows of transactions it keeps for a moment, and shows again to whoever
        // asks within it.
        tokio::time::sleep(KEPT).await;
        found = driver.query(&sql, &[horizon]).await;
    }
    match found {
        Ok(rows) if rows.is_empty() => Ok(Vec::new()),
        Ok(rows) => {
            let ended = ended(driver).await?;
            let found = rows.into_iter().map(blocker);
            let mut found: Vec<Blocker> = found.filter(|found| !ended.holds(found.pid)).collect();
            if found.iter().any(|found| found.pid.is_none()) && !has_prepared(driver).await? {
                found.retain(|found| found.pid.is_some());
            }
            Ok(found)
        }
        Err(Failure::Refused {
            message, exists, ..
        }) => Err(Failure::Refused {
            message: format!("the transactions that are open cannot be seen: {message}"),
            hint: Some("GRANT PROCESS ON *.* TO the role that runs migrations".to_owned()),
            exists,
        }),
        Err(failure) => Err(failure),
    }
}

/// The sessions of others that execute a statement at this moment, and those of colmig's.
pub(super) const TRAFFIC: &str = "SELECT CAST(COUNT(CASE WHEN INSTR(INFO, 'colmig_') = 0 THEN 1 END) AS signed), \
     CAST(COUNT(CASE WHEN INSTR(INFO, 'colmig_') > 0 THEN 1 END) AS signed) \
     FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND IN ('Query', 'Execute') AND INFO IS NOT NULL";

/// Whose transaction has ended, although the server's table still shows it: where it is asked again
/// and again within [`KEPT`], by whomever, it never looks anew. Its report for people always does.
async fn ended(driver: &mut MariaDb) -> Result<Ended, Failure> {
    let report = match driver.ask("SHOW ENGINE INNODB STATUS").await {
        Ok(rows) => rows.into_iter().flatten().filter_map(text).next_back(),
        Err(Failure::Refused { .. }) => None,
        Err(failure) => return Err(failure),
    };
    Ok(Ended(
        report.and_then(|report| sessions_with_transactions(&report)),
    ))
}

/// Whether a transaction without a session may be one that somebody has prepared. Else it is the
/// server's own, such as that of a thread which keeps a full-text index.
async fn has_prepared(driver: &mut MariaDb) -> Result<bool, Failure> {
    match driver.ask("XA RECOVER").await {
        Ok(prepared) => Ok(!prepared.is_empty()),
        Err(Failure::Refused { .. }) => Ok(true),
        Err(failure) => Err(failure),
    }
}

/// The sessions whose transactions the server reports; none if it cannot be read.
struct Ended(Option<BTreeSet<i64>>);

impl Ended {
    fn holds(&self, pid: Option<i64>) -> bool {
        match (&self.0, pid) {
            (Some(open), Some(pid)) => !open.contains(&pid),
            _ => false,
        }
    }
}

/// The sessions that a report of InnoDB's shows with a transaction; none if it is cut, or in
/// other words than are known.
fn sessions_with_transactions(report: &str) -> Option<BTreeSet<i64>> {
    let (_, list) = report.split_once("LIST OF TRANSACTIONS FOR EACH SESSION:")?;
    let (list, _) = list.split_once("\n--------\nFILE I/O")?;
    if list.contains("... truncated...") {
        return None;
    }
    let open = list.split("\n---TRANSACTION ").filter(|one| {
        let head = one.lines().next().unwrap_or_default();
        head.contains(", ACTIVE ")
    });
    let session = |one: &str| {
        let (_, session) = one.split_once("MariaDB thread id ")?;
        session.split_once(',')?.0.parse().ok()
    };
    let sessions: Vec<Option<i64>> = open.map(session).collect();
    // One that a report says nothing more about, such as one that is prepared, has no session.
    Some(sessions.into_iter().flatten().collect())
}

/// The sessions that execute a statement at this moment.
pub(super) async fn traffic(driver: &mut MariaDb) -> Result<Option<Traffic>, Failure> {
    let rows = driver.ask(TRAFFIC).await?;
    Ok(rows.into_iter().next().map(read_traffic))
}

/// Who is at work, by a row of [`TRAFFIC`].
pub(super) fn read_traffic(row: Row) -> Traffic {
    let mut numbers = row.into_iter().filter_map(count);
    let mut next = || u32::try_from(numbers.next().unwrap_or_default()).unwrap_or(u32::MAX);
    let (others, workers) = (next(), next());
    Traffic { others, workers }
}

fn blocker(row: Row) -> Blocker {
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
        state: text(next()).map(|command| match command.as_str() {
            "Sleep" => "idle in transaction".to_owned(),
            "Query" | "Execute" => "active".to_owned(),
            other => other.to_lowercase(),
        }),
        since_ms: count(next()),
        query: text(next()).map(|query| query.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_tells_who_is_in_a_transaction() {
        let report = "TRANSACTIONS\n------------\nTrx id counter 8\nLIST OF TRANSACTIONS FOR EACH SESSION:\n\
            ---TRANSACTION (0x7f), not started\n0 lock struct(s)\n---TRANSACTION 7, ACTIVE 12 sec\n1 lock struct(s)\n\
            MariaDB thread id 35571, OS thread handle 13, query id 25 127.0.0.1 root starting\n\
            ---TRANSACTION (0x80), ACTIVE 0 sec\nMariaDB thread id 9, OS thread handle 14, query id 26\n--------\nFILE I/O\n--------\n";
        let open = sessions_with_transactions(report);
        assert_eq!(open, Some(BTreeSet::from([9, 35571])));
        let ended = Ended(open);
        assert!(ended.holds(Some(8)) && !ended.holds(Some(9)) && !ended.holds(None));
        let cut = report.replace("1 lock struct(s)", "... truncated...");
        assert_eq!(sessions_with_transactions(&cut), None);
        assert_eq!(sessions_with_transactions("in other words"), None);
    }
}

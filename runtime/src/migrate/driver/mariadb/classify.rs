//! What can be done about an error of MariaDB's, by its number.

use sqlx::mysql::MySqlDatabaseError;

use crate::migrate::driver::Failure;

pub(super) fn classify(error: sqlx::Error) -> Failure {
    let message = error.to_string();
    let Some(error) = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>())
    else {
        return match error {
            // Ours to answer for: nothing that a new connection would do better.
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::Configuration(_) => Failure::refused(message),
            _ => Failure::Lost(message),
        };
    };
    let message = error.message().to_owned();
    match error.number() {
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, which is also what a write is told that lost
        // against that of another node of a cluster.
        1205 | 1213 => Failure::LockTimeout(message),
        // ER_CHECKREAD, ER_NEED_REPREPARE; ER_UNKNOWN_COM_ERROR, by which a node says that it is
        // not part of the cluster yet.
        1020 | 1615 | 1047 => Failure::Again(message),
        // ER_CON_COUNT_ERROR, ER_SERVER_SHUTDOWN, ER_NET_*, ER_CONNECTION_KILLED
        1040 | 1053 | 1158..=1161 | 1927 => Failure::Lost(message),
        // ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT
        1317 | 1969 => Failure::Cancelled(message),
        // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
        1062 | 1586 => Failure::Conflict {
            constraint: quoted_last(&message),
            detail: None,
            message,
        },
        // ER_BAD_NULL_ERROR, ER_INVALID_USE_OF_NULL, ER_NO_DEFAULT_FOR_FIELD; WARN_DATA_TRUNCATED,
        // which is what a NULL is called that a rebuild comes upon; of foreign keys; and
        // ER_CONSTRAINT_FAILED, which guards say as well.
        1048 | 1138 | 1364 | 1265 | 1216 | 1217 | 1451 | 1452 | 4025 => Failure::Conflict {
            constraint: None,
            detail: None,
            message,
        },
        number => Failure::Refused {
            message,
            hint: hint(number).map(str::to_owned),
            // ER_TABLE_EXISTS_ERROR, ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_TRG_ALREADY_EXISTS,
            // ER_SP_ALREADY_EXISTS, ER_DUP_CONSTRAINT_NAME
            exists: matches!(number, 1050 | 1060 | 1061 | 1359 | 1304 | 1826),
        },
    }
}

/// The way out, where the words of the server do not say it.
fn hint(number: u16) -> Option<&'static str> {
    Some(match number {
        // ER_BINLOG_CREATE_ROUTINE_NEED_SUPER
        1419 => {
            "with a binary log, triggers need `SET GLOBAL log_bin_trust_function_creators = 1`, or the privilege SUPER for the role that \
             runs migrations; `triggers = false` in colmig.toml does without them"
        }
        // ER_ALTER_OPERATION_NOT_SUPPORTED, with and without a reason
        1845 | 1846 => {
            "the server could do it only while nobody writes, so nothing was done; a full-text index, a virtual column with an index, or a \
             unique index over long text in the table are what is mostly in the way"
        }
        // ER_INNODB_ONLINE_LOG_TOO_BIG
        1799 => {
            "more was written to the table meanwhile than the server keeps for such a statement: try again at a quieter time, or raise \
             innodb_online_alter_log_max_size"
        }
        _ => return None,
    })
}

/// The last of what stands in single quotes: the key of `Duplicate entry 'a' for key 'users_nick_key'`.
fn quoted_last(message: &str) -> Option<String> {
    let (before, _) = message.rsplit_once('\'')?;
    let (_, name) = before.rsplit_once('\'')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::quoted_last;

    #[test]
    fn the_key_is_what_a_duplicate_is_told_of() {
        let message = "Duplicate entry 'it's' for key 'users_nick_key'";
        assert_eq!(quoted_last(message).as_deref(), Some("users_nick_key"));
        assert_eq!(quoted_last("no quotes"), None);
    }
}

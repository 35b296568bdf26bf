//! What an error means for the history.

use std::io;

use colmig::Error;
use mongodb::error::{ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};
use sqlx::mysql::MySqlDatabaseError;

use crate::line::Outcome;

/// What became of a statement of an accessor.
pub(crate) fn of_accessor(error: &Error) -> Outcome {
    let refused = |why: &str| Outcome::Refused {
        why: why.to_owned(),
    };
    match error {
        Error::Database { source, .. } => of_driver(source),
        Error::MongoDb { source, .. } => of_mongodb(source),
        Error::NotWritable { .. } => refused("NotWritable"),
        Error::NotReversible { .. } => refused("NotReversible"),
        Error::LeaseExpired { .. } => refused("LeaseExpired"),
        Error::ViewStale { .. } => refused("ViewStale"),
        Error::TableGone { .. } => refused("TableGone"),
        Error::ColumnGone { .. } => refused("ColumnGone"),
        Error::NotNullable { .. } => refused("NotNullable"),
        Error::Outdated { .. } => refused("Outdated"),
        Error::Unconstrained { .. } => refused("Unconstrained"),
        Error::TooOld { .. } => refused("TooOld"),
        Error::TooNew { .. } => refused("TooNew"),
        Error::OutcomeUnknown { .. } => Outcome::Unknown {
            why: "OutcomeUnknown".to_owned(),
        },
        other => Outcome::Schema {
            what: other.to_string(),
        },
    }
}

/// What became of a statement of raw SQL. What nobody has foreseen counts as a failure for
/// reasons of schema, so that nothing is passed over.
pub(crate) fn of_driver(error: &sqlx::Error) -> Outcome {
    let refused = |why: &str| Outcome::Refused {
        why: why.to_owned(),
    };
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => refused("no connection"),
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            refused("no connection")
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            Outcome::Unknown {
                why: "connection lost".to_owned(),
            }
        }
        sqlx::Error::Database(error) => {
            if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
                return of_number(error.number(), error.message());
            }
            let code = error.code().unwrap_or_default();
            of_code(&code, error.message())
        }
        other => Outcome::Schema {
            what: other.to_string(),
        },
    }
}

fn of_code(code: &str, message: &str) -> Outcome {
    match code {
        // The server goes down or comes up; a commit may have been made before.
        "57P01" | "57P02" | "57P03" => Outcome::Unknown {
            why: "server stopped".to_owned(),
        },
        // Too many connections, a deadlock, a lock that was not had: nothing is written.
        "53300" | "40P01" | "40001" | "55P03" => Outcome::Refused {
            why: format!("SQLSTATE {code}"),
        },
        _ if code.starts_with("08") => Outcome::Unknown {
            why: "connection lost".to_owned(),
        },
        // SQLite: busy or locked, with what its lower byte does not say.
        _ if matches!(code.parse::<u32>().map(|code| code & 0xff), Ok(5 | 6)) && code.len() < 5 => {
            Outcome::Refused {
                why: "busy".to_owned(),
            }
        }
        _ => Outcome::Schema {
            what: format!("{code}: {message}"),
        },
    }
}

/// MariaDB's errors are told by their numbers: many share one SQLSTATE.
fn of_number(number: u16, message: &str) -> Outcome {
    match number {
        // The server goes down, or a session of it was ended; a commit may have been made before.
        1053 | 1927 | 3169 => Outcome::Unknown {
            why: "server stopped".to_owned(),
        },
        // A node of a cluster that lost the others, or is not ready yet; a commit that it had
        // begun may come to its end with them.
        1047 | 1180 => Outcome::Unknown {
            why: "not in the cluster".to_owned(),
        },
        // Too many connections, a lock that was not had, a deadlock, which is also what a node says
        // whose transaction another one was ahead of: nothing is written.
        1040 | 1205 | 1213 => Outcome::Refused {
            why: format!("error {number}"),
        },
        _ => Outcome::Schema {
            what: format!("{number}: {message}"),
        },
    }
}

/// What became of a command of MongoDB's. An election ends what is under way: the driver tries it once
/// again, and if there is no primary yet nobody knows what became of it.
pub(crate) fn of_mongodb(error: &mongodb::error::Error) -> Outcome {
    // Within a transaction: all of it is undone.
    if error.contains_label(TRANSIENT_TRANSACTION_ERROR) {
        return Outcome::Refused {
            why: "the transaction was broken off".to_owned(),
        };
    }
    match &*error.kind {
        ErrorKind::ServerSelection { .. } => Outcome::Refused {
            why: "no primary".to_owned(),
        },
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => Outcome::Unknown {
            why: "connection lost".to_owned(),
        },
        ErrorKind::Command(error) => of_mongodb_code(error.code, &error.message),
        ErrorKind::Write(WriteFailure::WriteError(error)) => {
            of_mongodb_code(error.code, &error.message)
        }
        // It is written on the primary, and not on most of the others.
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Outcome::Unknown {
            why: format!("not on a majority: {}", error.code_name),
        },
        other => Outcome::Schema {
            what: other.to_string(),
        },
    }
}

fn of_mongodb_code(code: i32, message: &str) -> Outcome {
    match code {
        // HostUnreachable, HostNotFound, NetworkTimeout, SocketException.
        6 | 7 | 89 | 9001 => Outcome::Unknown {
            why: "connection lost".to_owned(),
        },
        // ShutdownInProgress, PrimarySteppedDown, ExceededTimeLimit, NotWritablePrimary,
        // InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk,
        // NotPrimaryOrSecondary.
        91 | 189 | 262 | 10_107 | 11_600 | 11_602 | 13_435 | 13_436 => Outcome::Unknown {
            why: "not primary any more".to_owned(),
        },
        // LockTimeout, WriteConflict, NoSuchTransaction, and a transaction that was open for too
        // long: nothing is written.
        24 | 112 | 251 | 290 => Outcome::Refused {
            why: format!("error {code}"),
        },
        _ => Outcome::Schema {
            what: format!("{code}: {message}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_refuses_is_told_from_what_a_fault_did() {
        for (code, message) in [
            ("42703", "column \"title\" does not exist"),
            ("23502", "null value in column \"badge\""),
            ("0A000", "cached plan must not change result type"),
            ("P0001", "raised"),
            ("1", "no such column: title"),
            ("1299", "NOT NULL constraint failed: items.title"),
        ] {
            let outcome = of_code(code, message);
            assert!(matches!(outcome, Outcome::Schema { .. }), "{outcome:?}");
        }
        for (number, message) in [
            (1054, "Unknown column 'title' in 'INSERT INTO'"),
            (1364, "Field 'badge' doesn't have a default value"),
            (
                1412,
                "Table definition has changed, please retry transaction",
            ),
            (1644, "raised"),
            (4025, "CONSTRAINT `items.badge` failed"),
        ] {
            let outcome = of_number(number, message);
            assert!(matches!(outcome, Outcome::Schema { .. }), "{outcome:?}");
        }
        for (code, message) in [
            (121, "Document failed validation"),
            (
                11_000,
                "E11000 duplicate key error collection: items index: badge",
            ),
            (241, "Failed to parse number 'x' in $convert"),
            (26, "ns does not exist"),
        ] {
            let outcome = of_mongodb_code(code, message);
            assert!(matches!(outcome, Outcome::Schema { .. }), "{outcome:?}");
        }
        assert!(matches!(
            of_mongodb_code(11_602, ""),
            Outcome::Unknown { .. }
        ));
        assert!(matches!(of_mongodb_code(112, ""), Outcome::Refused { .. }));
        assert!(matches!(of_number(1053, ""), Outcome::Unknown { .. }));
        assert!(matches!(of_number(1213, ""), Outcome::Refused { .. }));
        assert!(matches!(of_code("57P01", ""), Outcome::Unknown { .. }));
        assert!(matches!(of_code("5", ""), Outcome::Refused { .. }));
        assert!(matches!(of_code("517", ""), Outcome::Refused { .. }));
    }
}

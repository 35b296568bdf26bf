//! What can be done about an error of MongoDB's, by its code.

use bson::{Bson, Document};
use mongodb::error::{Error, ErrorKind};

use super::value;
use crate::migrate::driver::Failure;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let message = || error.to_string();
        match &*error.kind {
            ErrorKind::Command(failed) => {
                let answer = error
                    .server_response()
                    .and_then(|raw| Document::try_from(&**raw).ok());
                of_code(failed.code, &failed.message, &answer.unwrap_or_default())
            }
            ErrorKind::Write(mongodb::error::WriteFailure::WriteError(failed)) => {
                let details = failed.details.clone().unwrap_or_default();
                of_code(
                    failed.code,
                    &failed.message,
                    &bson::doc! { "errInfo": details },
                )
            }
            ErrorKind::Write(mongodb::error::WriteFailure::WriteConcernError(failed)) => {
                of_code(failed.code, &failed.message, &Document::new())
            }
            // Ours to answer for: nothing that a new connection would do better.
            ErrorKind::InvalidArgument { .. }
            | ErrorKind::Authentication { .. }
            | ErrorKind::InvalidTlsConfig { .. }
            | ErrorKind::IncompatibleServer { .. }
            | ErrorKind::Bson(_)
            | ErrorKind::SessionsNotSupported => Failure::refused(message()),
            _ => Failure::Lost(message()),
        }
    }
}

/// What an answer says of its write, although the command as such was accepted; none if all was
/// done.
pub(super) fn of_answer(answer: &Document) -> Option<Failure> {
    let errors = answer.get_array("writeErrors").ok();
    let first = errors
        .and_then(|errors| errors.first())
        .and_then(Bson::as_document);
    let error = first.or_else(|| answer.get_document("writeConcernError").ok())?;
    let code = error.get_i32("code").unwrap_or_default();
    let message = error.get_str("errmsg").unwrap_or_default();
    let failure = of_code(code, message, error);
    Some(match failure {
        // It is written, and may be gone with this primary.
        Failure::LockTimeout(message) if first.is_none() => Failure::Again(message),
        failure => failure,
    })
}

/// Whether a code is that of an expression which fails on the values of a document, or of a
/// document that would become too large.
pub(super) fn is_of_document(code: i32) -> bool {
    // ConversionFailure, and those without names.
    code == 241 || code > 10_000 && !matches!(code, 11_000..=11_999 | 13_000..=13_999)
}

/// The code of what an answer says of its write.
pub(super) fn code_of_write(answer: &Document) -> Option<i32> {
    let errors = answer.get_array("writeErrors").ok()?;
    errors.first()?.as_document()?.get_i32("code").ok()
}

/// Whether nothing is wrong with a command but that a majority has not said in time that it has it.
pub(super) fn is_only_unconfirmed(answer: &Document) -> bool {
    let waited = answer.get_document("writeConcernError");
    let code = waited.and_then(|error| error.get_i32("code"));
    !answer.contains_key("writeErrors") && matches!(code, Ok(50 | 64))
}

fn of_code(code: i32, message: &str, answer: &Document) -> Failure {
    let message = message.to_owned();
    match code {
        // MaxTimeMSExpired, LockTimeout, LockBusy, ExceededTimeLimit; an index is being built on the
        // collection: BackgroundOperationInProgressFor(Database|Namespace).
        50 | 24 | 46 | 262 | 12586 | 12587 => Failure::LockTimeout(message),
        // WriteConflict, WriteConcernFailed (written all the same), CursorNotFound, CursorKilled,
        // ConflictingOperationInProgress, IndexBuildAborted, ObjectIsBusy, QueryPlanKilled.
        112 | 64 | 43 | 237 | 117 | 276 | 314 | 175 => Failure::Again(message),
        // HostUnreachable, HostNotFound, NetworkTimeout, ShutdownInProgress, PrimarySteppedDown,
        // NetworkInterfaceExceededTimeLimit, SocketException, NotWritablePrimary,
        // InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk,
        // NotPrimaryOrSecondary: whoever answers next is asked anew.
        6 | 7 | 89 | 91 | 189 | 202 | 9001 | 10107 | 11600 | 11602 | 13435 | 13436 => {
            Failure::Lost(message)
        }
        // Interrupted
        11601 => Failure::Cancelled(message),
        // DuplicateKey
        11000 | 11001 => Failure::Conflict {
            constraint: index_of_duplicate(&message),
            detail: answer
                .get_document("keyValue")
                .ok()
                .map(|key| value::quoted(&Bson::Document(key.clone()))),
            message,
        },
        // DocumentValidationFailure
        121 => Failure::Conflict {
            constraint: None,
            detail: answer
                .get_document("errInfo")
                .ok()
                .and_then(|info| info.get("failingDocumentId"))
                .map(|id| format!("_id: {}", value::quoted(id))),
            message,
        },
        // CannotConvertIndexToUnique
        359 => Failure::Conflict {
            constraint: None,
            detail: violations(answer),
            message,
        },
        code => Failure::Refused {
            message,
            hint: hint(code).map(str::to_owned),
            // NamespaceExists, IndexAlreadyExists
            exists: matches!(code, 48 | 68),
        },
    }
}

/// The way out, where the words of the server do not say it.
fn hint(code: i32) -> Option<&'static str> {
    Some(match code {
        // Unauthorized
        13 => {
            "the role that runs migrations needs `readWrite` and `dbAdmin` on the database; to see who is in the way it needs `clusterMonitor` \
             on `admin`, and to end what it began itself, `killop`"
        }
        // BSONObjectTooLarge and its kind
        10334 | 17419 | 17420 => {
            "with the new value a document would be larger than 16 MB: make it smaller, then go on"
        }
        // IndexOptionsConflict, IndexKeySpecsConflict
        85 | 86 => {
            "an index of another kind is there under this name, or this one under another name: drop it, or name it otherwise"
        }
        _ => return None,
    })
}

/// The index of `E11000 duplicate key error collection: app.people index: nick_1 dup key: ...`.
fn index_of_duplicate(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(" index: ")?;
    let (name, _) = rest.split_once(" dup key")?;
    Some(name.to_owned())
}

/// The keys of the documents that share a value, of which some are named.
fn violations(answer: &Document) -> Option<String> {
    let groups = answer.get_array("violations").ok()?;
    let ids = |group: &Bson| {
        let ids = group.as_document()?.get_array("ids").ok()?;
        let ids: Vec<String> = ids.iter().take(5).map(value::quoted).collect();
        Some(format!("_id: {}", ids.join(", ")))
    };
    let named: Vec<String> = groups.iter().take(5).filter_map(ids).collect();
    (!named.is_empty()).then(|| named.join("; "))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn what_a_majority_has_not_confirmed_is_done_again() {
        let late = doc! { "ok": 1, "n": 1, "writeConcernError": { "code": 50, "errmsg": "late" } };
        assert_eq!(of_answer(&late), Some(Failure::Again("late".to_owned())));
        assert!(is_only_unconfirmed(&late));
        let failed = doc! { "ok": 1, "n": 0, "writeErrors": [{ "code": 50, "errmsg": "slow" }] };
        assert_eq!(
            of_answer(&failed),
            Some(Failure::LockTimeout("slow".to_owned()))
        );
        assert!(!is_only_unconfirmed(&failed));
        assert_eq!(of_answer(&doc! { "ok": 1, "n": 5 }), None);
    }

    #[test]
    fn documents_that_share_a_value_are_named() {
        let answer = doc! { "violations": [{ "ids": [5, "a"] }, { "ids": [7_i64] }] };
        let failure = of_code(359, "Cannot convert the index to unique.", &answer);
        let Failure::Conflict { detail, .. } = failure else {
            panic!("{failure:?}");
        };
        assert_eq!(detail.as_deref(), Some("_id: 5, 'a'; _id: 7"));
    }
}

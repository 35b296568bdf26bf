//! Why a statement was not executed.

/// Why a statement was not executed, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::migrate) enum Failure {
    /// A lock was not to be had in time, or only at the price of a deadlock. The
    /// transaction has to be begun again.
    LockTimeout(String),
    /// Another transaction was faster. The transaction has to be begun again.
    Again(String),
    /// The connection is gone. What was sent last may have been executed or not.
    Lost(String),
    /// Somebody cancelled the statement.
    Cancelled(String),
    /// Rows do not satisfy a constraint.
    Conflict {
        /// The constraint or index.
        constraint: Option<String>,
        message: String,
        /// The key of a row.
        detail: Option<String>,
    },
    /// A statement of the step found something in its way, and says what to do about it.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "mongodb")),
        expect(dead_code, reason = "SQLite's steps ask nothing of the kind")
    )]
    InTheWay {
        message: String,
        hint: Option<String>,
    },
    /// The database refused, and would refuse again.
    Refused {
        message: String,
        hint: Option<String>,
        /// Whether the object that was to be created is there already.
        exists: bool,
    },
}

impl Failure {
    /// A refusal in words of our own.
    pub(in crate::migrate) fn refused(message: impl Into<String>) -> Self {
        Failure::Refused {
            message: message.into(),
            hint: None,
            exists: false,
        }
    }

    /// The same of a statement that stands in a setting.
    pub(super) fn of_setting(self, setting: &str, sql: &str) -> Self {
        match self {
            Failure::Refused {
                message,
                hint,
                exists,
            } => Failure::Refused {
                message: format!("`{setting}`, at `{sql}`: {message}"),
                hint,
                exists,
            },
            passing => passing,
        }
    }

    /// What the database said.
    pub(in crate::migrate) fn message(&self) -> &str {
        match self {
            Failure::LockTimeout(message)
            | Failure::Again(message)
            | Failure::Lost(message)
            | Failure::Cancelled(message)
            | Failure::Conflict { message, .. }
            | Failure::InTheWay { message, .. }
            | Failure::Refused { message, .. } => message,
        }
    }
}

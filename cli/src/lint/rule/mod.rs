//! The rules for SQL that people wrote: a file each, and a line here.

mod advice;
mod no_transaction;
mod squawk;
mod wildcard;

use colmig_schema::Sql;

use super::script::SqlFile;
use super::{Finding, Known, UNUSED_IGNORE, WILDCARD};

pub(super) use squawk::findings as squawk_findings;
pub(super) use wildcard::{judge_query, problem as wildcard_problem};

/// A rule, or several that are found together.
pub(super) struct Rule {
    /// The only database that it is about.
    pub(super) database: Option<Sql>,
    /// Judges a file.
    pub(super) judge: fn(&SqlFile, &Known) -> Vec<Finding>,
}

/// Every rule.
pub(super) const RULES: [Rule; 3] = [
    Rule {
        database: Some(Sql::Postgres),
        judge: squawk::judge,
    },
    Rule {
        database: None,
        judge: no_transaction::judge,
    },
    Rule {
        database: None,
        judge: wildcard::judge,
    },
];

/// The names of all rules.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let ours = [
        WILDCARD,
        UNUSED_IGNORE,
        no_transaction::MISPLACED,
        no_transaction::SEVERAL,
        squawk::SYNTAX,
    ];
    ours.into_iter().chain(squawk::names())
}

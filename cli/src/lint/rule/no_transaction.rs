//! `-- no-transaction`: what sqlx makes of it, and what it does not.

use colmig_schema::Sql;
use squawk_syntax::SourceFile;

use crate::error::Problem;
use crate::lint::script::{NO_TRANSACTION, SqlFile};
use crate::lint::{Finding, Known, at};

use super::squawk::is_too_deep;

/// It stands where sqlx does not look.
pub(super) const MISPLACED: &str = "no-transaction-misplaced";
/// The file is sent as one query, which is a transaction of its own.
pub(super) const SEVERAL: &str = "no-transaction-several-statements";

pub(super) fn judge(file: &SqlFile, _known: &Known) -> Vec<Finding> {
    match file.in_transaction {
        true => misplaced(file),
        false => several(file),
    }
}

fn misplaced(file: &SqlFile) -> Vec<Finding> {
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let begins = line.trim_start_matches('\u{feff}').trim_start();
        if begins.starts_with(NO_TRANSACTION) {
            let from = start + line.len() - begins.len();
            let problem = Problem::warning("sqlx does not see this comment, and sends the file in a transaction")
                .at(at(&file.place, from..from + NO_TRANSACTION.len()))
                .note("it looks at the first byte of the file only: an empty line, a blank or a byte order mark before it is too much")
                .help(format!("let the file begin with `{NO_TRANSACTION}`"));
            return vec![Finding::new(MISPLACED, problem)];
        }
        start += line.len();
    }
    Vec::new()
}

fn several(file: &SqlFile) -> Vec<Finding> {
    // SQLite executes one statement after the other.
    if file.database != Sql::Postgres || is_too_deep(file.text()) {
        return Vec::new();
    }
    let parsed = SourceFile::parse(file.text());
    let Some(second) = parsed.tree().stmts().nth(1) else {
        return Vec::new();
    };
    let range = super::squawk::bytes(squawk_syntax::ast::AstNode::syntax(&second).text_range());
    let problem = Problem::warning("the file is sent as one query, and PostgreSQL makes a transaction of it")
        .at(at(&file.place, range))
        .note(
            "what cannot run in a transaction, such as CREATE INDEX CONCURRENTLY, fails; where one of the \
             statements fails, all of them are undone, though sqlx was told that there is no transaction",
        )
        .help("give each statement a file of its own; settings such as lock_timeout go into the URL: `?options=-c%20lock_timeout%3D1s`");
    vec![Finding::new(SEVERAL, problem)]
}

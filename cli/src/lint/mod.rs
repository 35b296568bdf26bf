//! What `cargo colmig lint` judges: files of SQL by the rules in [`rule`], one file each, the
//! sources by what they send to a database, and colmig's own files step by step.

mod expected;
mod ignore;
mod own;
mod rule;
mod script;
mod sources;
mod targets;

use std::collections::BTreeMap;
use std::sync::Arc;

use colmig_schema::Sql;

use crate::error::{Place, Problem};

pub(crate) use own::judge as generated;
pub(crate) use rule::names as rules;
pub(crate) use script::{judge as sql_file, judge_query as query_file};
pub(crate) use sources::{Sources, file as source_file};
pub(crate) use targets::{Targets, database};

/// The rule about wildcards, in SQL and in sources.
pub(crate) const WILDCARD: &str = "wildcard-query";
/// The rule about comments that silence nothing.
const UNUSED_IGNORE: &str = "unused-ignore";

/// More findings in one file than these help nobody.
const MOST: usize = 100;

/// What is known of the project.
#[derive(Debug)]
pub(crate) struct Known {
    /// The databases that it runs on and that speak SQL.
    pub(crate) databases: Vec<Sql>,
    /// The models, by their tables: the name of the struct, and the columns.
    pub(crate) models: BTreeMap<String, (String, Vec<String>)>,
    /// The rules that are not asked for.
    pub(crate) allowed: Vec<String>,
}

/// A finding, before it is known whether somebody silenced it.
#[derive(Clone, Debug)]
struct Finding {
    rule: String,
    problem: Problem,
    /// Where a comment above silences it as well: the statement around it.
    around: Option<usize>,
}

impl Finding {
    fn new(rule: &str, problem: Problem) -> Self {
        Finding {
            rule: rule.to_owned(),
            problem: Problem {
                rule: Some(rule.to_owned()),
                ..problem
            },
            around: None,
        }
    }
}

impl Known {
    /// The database whose words are tried first in the sources.
    fn first(&self) -> Sql {
        let first = self.databases.first();
        first.copied().unwrap_or(Sql::Postgres)
    }

    /// What is left of the findings in one file, by the comments in it and by the command line.
    fn left(&self, file: &Place, mut findings: Vec<Finding>) -> Vec<Problem> {
        let mut ignores = ignore::Ignores::read(&file.source);
        findings.retain(|finding| {
            let place = finding.problem.place.as_ref();
            let at = place.map_or(0, |place| place.span.start);
            // Both places are asked, so that a comment that is used is known to be.
            !ignores.silence(&finding.rule, at, finding.around)
        });
        findings.extend(ignores.unused(file));
        findings.retain(|finding| !self.allowed.contains(&finding.rule));
        findings.sort_by_key(|finding| {
            let place = finding.problem.place.as_ref();
            (
                place.map_or(0, |place| place.span.start),
                finding.rule.clone(),
            )
        });
        let more = findings.len().saturating_sub(MOST);
        findings.truncate(MOST);
        let told = findings.into_iter().map(|finding| finding.problem);
        let mut problems: Vec<Problem> = told.collect();
        if more > 0 {
            let title = format!("{more} more in `{}`", file.file.display());
            problems.push(Problem::warning(title).help("mend those before, and look again"));
        }
        problems
    }
}

/// A whole file, for places in it.
fn whole(file: std::path::PathBuf, source: Arc<str>) -> Place {
    Place {
        file,
        source,
        span: 0..0,
    }
}

fn at(file: &Place, span: std::ops::Range<usize>) -> Place {
    Place {
        span,
        ..file.clone()
    }
}

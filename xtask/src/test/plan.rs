//! The calls of cargo that make up a test run.

use std::ffi::OsString;
use std::process::Command;

use crate::cargo::cargo;
use crate::test::Database;

/// The package of the conformance suite.
const SUITE: &str = "colmig-tests";

/// The package of the servers, of which MongoDB's have tests of their own.
const HARNESS: &str = "colmig-harness";

/// The package of the executor, whose suite runs on each database as well.
const RUNTIME: &str = "colmig";

/// The build, which may fail on its own, and what runs after it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) build: Part,
    tests: Part,
    more: Option<Part>,
}

/// One call of cargo.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    cargo: Vec<&'static str>,
    /// What goes to the test binaries.
    libtest: Vec<OsString>,
}

impl Plan {
    /// All tests, or one database's part of the suite. No doc test belongs to
    /// a database.
    pub(super) fn new(database: Option<Database>, mut libtest: Vec<OsString>) -> Self {
        let selection = match database {
            // Its accessors, its driver and its store are tested where they are.
            Some(Database::MongoDb) => [
                "--package",
                SUITE,
                "--package",
                RUNTIME,
                "--package",
                HARNESS,
            ]
            .as_slice(),
            Some(_) => ["--package", SUITE].as_slice(),
            None => ["--workspace"].as_slice(),
        };
        libtest.splice(0..0, database.map(|database| database.marker().into()));
        if database == Some(Database::MongoDb) {
            // What is too long for a run of all tests.
            libtest.push("--include-ignored".into());
        }

        let part = |name, targets: &[&'static str], libtest| Part {
            name,
            cargo: [&["test", "--all-features"], selection, targets].concat(),
            libtest,
        };
        let doc_tests = database
            .is_none()
            .then(|| part("doc tests", &["--doc", "--no-fail-fast"], libtest.clone()));
        Self {
            build: part("build", &["--all-targets", "--no-run"], Vec::new()),
            tests: part("tests", &["--all-targets", "--no-fail-fast"], libtest),
            more: doc_tests,
        }
    }

    /// What is tested on PostgreSQL, in every package that does.
    pub(super) fn of_postgres(libtest: Vec<OsString>) -> Self {
        let part = |name, packages: &[&'static str], targets: &[&'static str], filters: &[&str]| {
            let filters = filters.iter().map(OsString::from);
            Part {
                name,
                cargo: [&["test", "--all-features"], packages, targets].concat(),
                libtest: filters.chain(libtest.iter().cloned()).collect(),
            }
        };
        let both = ["--package", SUITE, "--package", RUNTIME];
        let marker = Database::Postgres.marker();
        Self {
            build: part("build", &both, &["--tests", "--no-run"], &[]),
            // Not every test binary takes two parts of names.
            tests: part("tests", &both, &["--tests", "--no-fail-fast"], &[marker]),
            more: Some(part(
                "regressions",
                &["--package", RUNTIME],
                &["--test", "migrate"],
                &["partitions::", "regressions::"],
            )),
        }
    }

    /// Leaves the tests of a database out.
    pub(super) fn skip(&mut self, database: Database) {
        for part in [Some(&mut self.tests), self.more.as_mut()]
            .into_iter()
            .flatten()
        {
            part.libtest
                .extend(["--skip".into(), database.marker().into()]);
        }
    }

    /// The parts that run tests, in order.
    pub(super) fn running(&self) -> impl Iterator<Item = &Part> {
        [Some(&self.tests), self.more.as_ref()]
            .into_iter()
            .flatten()
    }
}

impl Part {
    /// The call, with more arguments for the test binaries.
    pub(super) fn command<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = cargo();
        command
            .args(&self.cargo)
            .arg("--")
            .args(&self.libtest)
            .args(more);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(database: Option<Database>) -> Vec<String> {
        let plan = Plan::new(database, vec!["--nocapture".into()]);
        [&plan.build]
            .into_iter()
            .chain(plan.running())
            .map(|part| {
                let command = part.command([]);
                let words: Vec<_> = command
                    .get_args()
                    .filter_map(|word| word.to_str())
                    .collect();
                words.join(" ")
            })
            .collect()
    }

    #[test]
    fn whole_workspace_has_doc_tests() {
        assert_eq!(
            lines(None),
            [
                "test --all-features --workspace --all-targets --no-run --",
                "test --all-features --workspace --all-targets --no-fail-fast -- --nocapture",
                "test --all-features --workspace --doc --no-fail-fast -- --nocapture",
            ]
        );
    }

    #[test]
    fn one_database_is_a_filter_on_the_suite() {
        assert_eq!(
            lines(Some(Database::Postgres)),
            [
                "test --all-features --package colmig-tests --all-targets --no-run --",
                "test --all-features --package colmig-tests --all-targets --no-fail-fast -- \
                 postgres:: --nocapture",
            ]
        );
    }

    #[test]
    fn a_database_that_is_not_to_be_had_is_left_out() {
        let mut plan = Plan::new(None, Vec::new());
        plan.skip(Database::MongoDb);
        for part in plan.running() {
            assert_eq!(part.libtest, ["--skip", "mongodb::"], "{}", part.name);
        }
        assert!(plan.build.libtest.is_empty());
    }

    #[test]
    fn mongodb_has_the_tests_of_every_package_that_speaks_to_it() {
        let filtered = lines(Some(Database::MongoDb));
        assert_eq!(
            filtered.last().map(String::as_str),
            Some(
                "test --all-features --package colmig-tests --package colmig --package colmig-harness \
                 --all-targets --no-fail-fast -- mongodb:: --nocapture --include-ignored"
            )
        );
    }
}

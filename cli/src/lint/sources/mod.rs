//! Wildcard queries in sources: string literals that are sent to a database.

mod calls;
mod literal;

use std::path::{Path, PathBuf};

use colmig_schema::sql::wildcards;

use crate::discover::{Look, Source};
use crate::error::{Error, Place, Problem, Result};
use crate::files::read;
use crate::project::Package;

use self::literal::Text;
use super::{Finding, Known, WILDCARD, at, rule, whole};

/// A text that is sent to a database.
#[derive(Debug)]
struct Sent {
    text: Text,
    /// Where the statement around it begins.
    around: usize,
}

/// What a file sends.
#[derive(Debug)]
struct Sends {
    file: Place,
    sent: Vec<Sent>,
    /// Files of SQL that it names.
    files: Vec<PathBuf>,
}

/// What the sources of a package send to a database.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Sends>,
    /// How many files were read.
    pub(crate) read: usize,
}

impl Look for Sources {
    fn wants(&self, text: &str) -> bool {
        // Whatever may hold a query with a wildcard, or the name of a file with one.
        text.contains("colmig-ignore") || text.contains('*') && mentions_queries(text)
    }

    fn look(&mut self, package: &Package, source: &Source, parsed: &syn::File) {
        self.take(&package.folder, source, parsed);
    }
}

/// Whether anything in the text may send a query.
fn mentions_queries(text: &str) -> bool {
    ["query", "sql", "SQL", "Query"]
        .iter()
        .any(|word| text.contains(word))
}

impl Sources {
    fn take(&mut self, folder: &Path, source: &Source, parsed: &syn::File) {
        self.read += 1;
        let (sent, files) = calls::sent(folder, source, parsed);
        self.files.push(Sends {
            file: whole(source.file.clone(), source.text.clone()),
            sent,
            files,
        });
    }

    /// The findings, file by file.
    pub(crate) fn judge(&self, known: &Known) -> Vec<Problem> {
        let mut problems = Vec::new();
        for sends in &self.files {
            let mut findings: Vec<Finding> = Vec::new();
            for sent in &sends.sent {
                for wildcard in wildcards(&sent.text.sql, known.first()) {
                    let span = sent.text.place(&wildcard.span);
                    let place = at(&sends.file, span);
                    // A constant may be sent from several places.
                    let is_told = findings
                        .iter()
                        .any(|finding| finding.problem.place.as_ref() == Some(&place));
                    if is_told {
                        continue;
                    }
                    let problem = rule::wildcard_problem(&wildcard, place, known);
                    let mut finding = Finding::new(WILDCARD, problem);
                    finding.around = Some(sent.around);
                    findings.push(finding);
                }
            }
            problems.extend(known.left(&sends.file, findings));
        }
        problems
    }

    /// The files of SQL that the sources send, as `query_file!` does.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files
            .iter()
            .flat_map(|sends| sends.files.iter().map(PathBuf::as_path))
    }
}

/// A file of Rust that was named, outside of any package.
///
/// # Errors
/// It cannot be read, or is no Rust.
pub(crate) fn file(path: &Path) -> Result<Sources> {
    let text = read(path)?;
    let source = Source::new(path.to_owned(), &text);
    let parsed = source
        .parse()
        .map_err(|error| Error::wrong(error.into_iter().map(|error| source.problem(&error))))?;
    let mut sources = Sources::default();
    // sqlx counts from the folder of the package.
    let package = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.join("Cargo.toml").is_file());
    sources.take(package.unwrap_or(Path::new("")), &source, &parsed);
    Ok(sources)
}

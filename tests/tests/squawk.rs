//! Independent proof: squawk's linter over every PostgreSQL file that colmig generates.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

// `cargo colmig lint` goes by the same list.
#[path = "../../cli/src/lint/expected.rs"]
mod expected;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use colmig_schema::script::{Run, Script};
use expected::EXPECTED;
use squawk_linter::Linter;
use squawk_syntax::SourceFile;

#[test]
fn every_generated_file_passes() {
    let files = postgres_files();
    assert!(files.len() >= 12, "{files:?}");
    let mut seen = BTreeSet::new();
    let mut unexpected = Vec::new();
    for file in &files {
        let script: Script = std::fs::read_to_string(file).unwrap().parse().unwrap();
        for step in &script.steps {
            // The executor sends every step with these, in a transaction unless it stands alone.
            let alone = matches!(step.run, Run::Alone { .. });
            let mut sql = "SET lock_timeout = '50ms';\nSET statement_timeout = '1h';\n".to_owned();
            for statement in step.statements() {
                sql.push_str(statement);
                sql.push_str(";\n");
            }
            let parsed = SourceFile::parse(&sql);
            assert!(
                parsed.errors().is_empty(),
                "{}: {}: {:?}",
                file.display(),
                step.id,
                parsed.errors()
            );
            let mut linter = Linter::with_default_rules();
            linter.settings.assume_in_transaction = !alone;
            for finding in linter.lint(&parsed, &sql) {
                let rule = format!("{:?}", finding.code);
                let listed = |(expected, begins, _): &&(&str, &str, &str)| {
                    *expected == rule && step.id.starts_with(begins)
                };
                match EXPECTED.iter().find(listed) {
                    Some((expected, begins, _)) => {
                        seen.insert((*expected, *begins));
                    }
                    None => unexpected.push(format!(
                        "{}: {}: {rule}: {}\n{sql}",
                        file.file_name().unwrap_or_default().display(),
                        step.id,
                        finding.message
                    )),
                }
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n\n"));
    let listed: BTreeSet<(&str, &str)> = EXPECTED
        .iter()
        .map(|(rule, begins, _)| (*rule, *begins))
        .collect();
    assert_eq!(seen, listed, "an expected finding no longer occurs");
}

/// The files of this package's own migrations, and those of every planned case.
fn postgres_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    walk(&package.join("migrations"), &mut found);
    walk(&package.join("plans"), &mut found);
    found.retain(|path| {
        path.extension().is_some_and(|ending| ending == "sql")
            && path.components().any(|part| part.as_os_str() == "postgres")
    });
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

//! The text of a new `colmig.toml`.

use std::fmt::Write as _;

use colmig_schema::Database;

use super::settings_table;

/// The text of a new file: every key with what it does, and its default as a comment.
pub(crate) fn template(databases: &[Database]) -> String {
    let names: Vec<String> = databases
        .iter()
        .map(|database| format!("\"{database}\""))
        .collect();
    let mut text = include_str!("colmig.toml.in").replace("@DATABASES@", &names.join(", "));
    for (key, words) in RUN_WORDS {
        for line in words.lines() {
            let _ = write!(text, "\n# {}", line.trim());
        }
        let default = settings_table()
            .get(*key)
            .map(toml::Value::to_string)
            .unwrap_or_default();
        let _ = writeln!(text, "\n# {key} = {default}");
    }
    text
}

/// What the keys of `[run]` do, in the words of the file.
const RUN_WORDS: &[(&str, &str)] = &[
    (
        "lock-timeout",
        "How long a statement may wait for a lock while others queue up behind it. Then it
        steps aside, lets them through, and tries again.",
    ),
    (
        "lock-retry",
        "The pause before the first of these further tries. Pauses grow.",
    ),
    (
        "lock-patience",
        "How long a step is tried, and a gate or a database that restarts is waited for.",
    ),
    (
        "alone-timeout",
        "How long a statement may wait for a lock where nobody queues up behind it: index
        builds, and the validation of constraints.",
    ),
    (
        "workers",
        "How many workers a run fills old rows with, each on a connection of its own.",
    ),
    (
        "batch-rows",
        "How many rows one batch of a backfill covers at most.",
    ),
    (
        "batch-time",
        "How long one batch may take where nobody else is at work. Else it is a millisecond.",
    ),
    (
        "duty",
        "The share of the time that batches of one worker may take, above 0 and up to 1.",
    ),
    (
        "give-way",
        "Whether batches wait for moments at which few others are at work, and fit
        themselves to the time that they take. Else each has `batch-rows` rows.",
    ),
    (
        "lease",
        "How long the run lock outlives a run that has died.",
    ),
    (
        "dwell",
        "For how long reads have to have come from the target before `contract` takes a
        replaced column away.",
    ),
    (
        "actor",
        "Whom the audit names. Without it: the user, the host and the process.",
    ),
    (
        "offline",
        "Whether no instance of the application runs, so that nobody is waited for: a
        database for development or tests. With live instances it loses writes.",
    ),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use colmig::migrate::Settings;

    use super::*;
    use crate::config::{Config, FILE_NAME, KEYS, run_keys};

    #[test]
    fn a_new_file_holds_every_key_with_its_default() {
        let text = template(&[Database::Postgres, Database::Sqlite]);
        // What is commented out is the default, so it may as well stand there.
        let uncommented: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(key)
                    if key
                        .split_once(" = ")
                        .is_some_and(|(key, _)| !key.contains(' ')) =>
                {
                    key
                }
                _ => line,
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let path = Path::new(FILE_NAME);
        let (written, said) = (
            Config::parse(path, &text).unwrap(),
            Config::parse(path, &uncommented).unwrap(),
        );
        assert_eq!(written.databases, [Database::Postgres, Database::Sqlite]);
        assert_eq!(said.migrations, written.migrations);
        assert_eq!(said.targets.0, written.targets.0);
        assert_eq!(written.run, Settings::default());
        assert_eq!(
            Settings {
                actor: None,
                ..said.run
            },
            Settings::default()
        );
        let table: toml::Table = toml::from_str(&uncommented).unwrap();
        assert_eq!(table.keys().cloned().collect::<Vec<_>>(), KEYS);
        assert_eq!(
            table["run"]
                .as_table()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
            run_keys()
        );
    }
}

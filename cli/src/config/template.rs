//! The text of a new `colmig.toml`.

use std::fmt::Write as _;

use colmig_schema::Database;

use super::{brakes_table, settings_table};

/// The text of a new file: every key with what it does, and its default as a comment.
pub(crate) fn template(databases: &[Database]) -> String {
    let names: Vec<String> = databases
        .iter()
        .map(|database| format!("\"{database}\""))
        .collect();
    let mut text = include_str!("colmig.toml.in").replace("@DATABASES@", &names.join(", "));
    keys(&mut text, RUN_WORDS, &settings_table());
    text.push_str(BRAKES);
    keys(&mut text, BRAKE_WORDS, &brakes_table());
    text
}

/// Keys with what they do, and their defaults.
fn keys(text: &mut String, words: &[(&str, &str)], defaults: &toml::Table) {
    for (key, words) in words {
        for line in words.lines() {
            let _ = write!(text, "\n# {}", line.trim());
        }
        let default = defaults
            .get(*key)
            .map(toml::Value::to_string)
            .unwrap_or_default();
        let _ = writeln!(text, "\n# {key} = {default}");
    }
}

/// What stands before the keys of `[run.brakes]`.
const BRAKES: &str = "
# What holds a backfill: while a reading is at its limit, no batch is begun. \"off\" switches a
# brake off. Sizes are written as \"64MiB\".
[run.brakes]
";

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
        "How long one batch may take where nobody else is at work. Else it is half a millisecond.",
    ),
    (
        "duty",
        "The share of the time that batches of one worker may take, above 0 and up to 1.",
    ),
    (
        "give-way",
        "Whether batches are brief while others are at work, and leave them the more time
        the longer they have to wait themselves. Else each has `batch-rows` rows.",
    ),
    (
        "worker-session",
        "SQL that the session of each worker executes first, statement by statement.",
    ),
    (
        "cluster-rows",
        "How many rows a table of a Galera cluster may have at most for a statement that reads
        or writes all of it: every write of the cluster waits for as long as that takes.",
    ),
    (
        "user-triggers",
        "What becomes of triggers of your own when old rows are filled: \"skip\" or \"fire\".",
    ),
    (
        "windows",
        "Hours in which a backfill goes by other settings, each as a table [[run.windows]] with
        days, from, to, zone, and what counts meanwhile, such as pause = true.",
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

/// What the keys of `[run.brakes]` do, in the words of the file.
const BRAKE_WORDS: &[(&str, &str)] = &[
    (
        "replica-lag",
        "How far any replica may be behind. One that was visible when the backfill began and
        is not any more holds as well.",
    ),
    (
        "replica-lag-bytes",
        "The same in what it has not replayed, for replicas that have gone quiet.",
    ),
    (
        "replicas",
        "Replicas, by their `application_name` (MongoDB: their host and port), that have to be
        visible in any case.",
    ),
    (
        "ignored-replicas",
        "Replicas that nobody waits for: late by intent, or taken away for good.",
    ),
    (
        "replica-urls",
        "Replicas of MariaDB, by their URLs: the primary does not know how far they are.",
    ),
    (
        "archive-backlog",
        "How many WAL files may wait for the archive.",
    ),
    (
        "wal-rate",
        "How much WAL the server may write in a second, such as \"32MiB\".",
    ),
    (
        "checkpoint",
        "How much WAL there may be since the last checkpoint, as a share of `max_wal_size`.",
    ),
    (
        "vacuum",
        "Which vacuum of the table is given way to: \"wraparound\", \"any\" or \"off\".",
    ),
    (
        "growth",
        "How many times its size at the beginning the table may have, before it is vacuumed.",
    ),
    (
        "make-room",
        "Whether colmig executes that VACUUM, where its role owns the table.",
    ),
    (
        "dead-rows",
        "How many dead rows there may be, as a share of the live ones, such as 0.2.",
    ),
    (
        "history",
        "How many transactions may wait to be purged, on MariaDB.",
    ),
    (
        "flow-control",
        "For which share of the time a Galera cluster may pause for a node that does not keep up,
        or writers may wait because members of a MongoDB replica set do not.",
    ),
    (
        "active-sessions",
        "How many sessions of others may be executing a statement at once, such as 64.",
    ),
    (
        "strain",
        "How many times its usual duration a small statement may take while others are at work.",
    ),
    (
        "query",
        "A query that gives one value: true, or a number above `query-limit`, holds.",
    ),
    ("query-limit", "Up to where that number is in order."),
    (
        "url",
        "A URL that holds unless it answers with a status of the class 2xx.",
    ),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use colmig::migrate::Settings;

    use super::*;
    use crate::config::{Config, FILE_NAME, KEYS, brake_keys, run_keys};

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
        assert_eq!(
            table["run"]["brakes"]
                .as_table()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
            brake_keys()
        );
    }
}

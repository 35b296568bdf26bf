//! A Galera cluster, for which every change of a table takes the place of all writes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use colmig_harness::GaleraCluster;
use colmig_tests::command::colmig_binary;
use colmig_tests::project::Project;

struct Run {
    project: Project,
    cluster: GaleraCluster,
    name: String,
}

impl Run {
    fn colmig(&self, node: usize, arguments: &[&str]) -> Output {
        Command::new(colmig_binary())
            .arg("colmig")
            .args(arguments)
            .args(["--database-url", &self.cluster.node(node).url(&self.name)])
            .current_dir(self.project.folder())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn succeeds(&self, node: usize, arguments: &[&str]) {
        let output = self.colmig(node, arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {words}");
    }

    /// What is said of a phase that is held.
    fn is_held(&self, arguments: &[&str]) -> String {
        let output = self.colmig(0, arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {words}");
        words
    }

    fn sql(&self, node: usize, sql: &str) -> String {
        self.cluster.node(node).mariadb(&self.name, sql).unwrap()
    }

    fn allow(&self, rows: u64) {
        let settings = self.project.folder().join("colmig.toml");
        let mut settings = OpenOptions::new().append(true).open(settings).unwrap();
        writeln!(settings, "cluster-rows = {rows}").unwrap();
    }
}

mod mariadb {
    use super::*;

    #[test]
    fn what_would_stop_a_cluster_is_held_until_it_is_allowed_or_done_node_by_node() {
        let cluster = GaleraCluster::start().unwrap();
        let name = cluster.node(0).create_database("standstill").unwrap();
        let run = Run {
            project: Project::new(&["mariadb"]),
            cluster,
            name,
        };
        run.succeeds(0, &["run"]);
        run.sql(
            1,
            "INSERT INTO users (id, first_name, last_name) SELECT seq, CONCAT('f', seq), 'l' FROM seq_1_to_1000",
        );
        run.sql(
            0,
            "SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM users; ANALYZE TABLE users",
        );
        run.project.add_field();
        run.allow(100);

        let words = run.is_held(&["run"]);
        for part in [
            "every write to every table of the cluster would wait",
            "`users`, which has about 1000 rows",
            "`cluster-rows = 1000`",
            "wsrep_OSU_method = 'RSU'",
            "CREATE INDEX IF NOT EXISTS `users_display_name_idx`",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert_eq!(
            run.sql(2, "SHOW INDEX FROM users WHERE Key_name LIKE '%idx'"),
            ""
        );

        // Node by node, as it says.
        for node in 0..3 {
            run.sql(
                node,
                "SET SESSION wsrep_OSU_method = 'RSU'; \
                 CREATE INDEX IF NOT EXISTS `users_display_name_idx` ON `users` (`display_name`) ALGORITHM=NOCOPY LOCK=NONE",
            );
        }
        // Whichever node the command is given.
        run.succeeds(1, &["run"]);
        let words = run.is_held(&["contract", "--yes"]);
        assert!(words.contains("MODIFY COLUMN `display_name`"), "{words}");
        // Nothing of the phase was done.
        run.sql(
            2,
            "INSERT INTO users (id, first_name, last_name) VALUES (1001, 'late', 'l')",
        );

        let settings = run.project.folder().join("colmig.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        std::fs::write(
            &settings,
            text.replace("cluster-rows = 100", "cluster-rows = 5000"),
        )
        .unwrap();
        run.succeeds(0, &["contract", "--yes"]);
        run.succeeds(2, &["verify"]);
        for node in 0..3 {
            let right = "SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM users WHERE display_name = CONCAT(first_name, ' ', last_name)";
            assert_eq!(run.sql(node, right), "1001", "node {node}");
            let null = "SELECT IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'display_name'";
            assert_eq!(run.sql(node, null), "NO", "node {node}");
        }
    }
}

//! A Galera cluster, on the real thing.

use std::fs;
use std::path::Path;

use colmig_harness::GaleraCluster;

#[test]
fn three_nodes_replicate_and_killed_ones_rejoin() {
    let mut cluster = GaleraCluster::start().unwrap();
    let database = cluster.node(0).create_database("cluster").unwrap();
    let on = |cluster: &GaleraCluster, node: usize, sql: &str| {
        // A read waits for what other nodes have committed before it.
        let sql = format!("SET wsrep_sync_wait = 1; {sql}");
        cluster.node(node).mariadb(&database, &sql).unwrap()
    };
    let rows = "SELECT group_concat(id ORDER BY id) FROM t";
    on(&cluster, 0, "CREATE TABLE t (id int PRIMARY KEY)");
    for node in 0..3 {
        on(&cluster, node, &format!("INSERT INTO t VALUES ({node})"));
    }
    for node in 0..3 {
        assert_eq!(on(&cluster, node, rows), "0,1,2");
    }

    // Node 0 has begun the cluster; it has to come back like any other.
    for killed in [1, 0] {
        cluster.kill9(killed).unwrap();
        assert!(cluster.node(killed).mariadb("", "SELECT 1").is_err());
        // Two of three go on by themselves.
        cluster.wait_until_synced().unwrap();
        on(
            &cluster,
            2,
            &format!("INSERT INTO t VALUES ({})", 3 + killed),
        );
        cluster.restart(killed).unwrap();
    }
    for node in 0..3 {
        assert_eq!(on(&cluster, node, rows), "0,1,2,3,4");
        let log = fs::read_to_string(cluster.node(node).log()).unwrap();
        // All data was sent to those that had none, and to nobody again.
        let transfers = log.matches("rsync SST completed on joiner").count();
        assert_eq!(transfers, usize::from(node != 0), "{log}");
    }

    let processes = [0, 1, 2].map(|node| format!("/proc/{}", cluster.node(node).pid()));
    drop(cluster);
    for process in processes {
        assert!(!Path::new(&process).exists());
    }
}

//! Texts that a server of version 10.11 gave, and ones that none gives.

use super::*;

const THINGS: &str = r"CREATE TABLE `odd, (na``me` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `a b` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'it''s, \\ (\n' COMMENT 'CHECK (no), `x`',
  `on` tinyint(1) NOT NULL DEFAULT 0 CHECK (`on` in (0,1)),
  `kind` enum('NOT','ON, )') NOT NULL,
  `body` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`body`)),
  `price` decimal(10,2) NOT NULL DEFAULT -1.50,
  `seen` timestamp(3) NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
  `twice` int(11) GENERATED ALWAYS AS (`id` * 2) VIRTUAL,
  `sum` int(11) DEFAULT (1 + 1),
  `old` varchar(9) CHARACTER SET latin1 DEFAULT concat('a',')'),
  `packed` varchar(100) /*M!100301 COMPRESSED*/ DEFAULT NULL,
  `bits` bit(3) NOT NULL DEFAULT b'101',
  PRIMARY KEY (`id`,`kind`),
  UNIQUE KEY `u` (`a b`),
  UNIQUE KEY `long` (`body`) USING HASH,
  KEY `desc` (`kind`,`price` DESC),
  KEY `begin` (`a b`(10)),
  KEY `away` (`price`) IGNORED,
  KEY `plain` (`price`,`on`) USING BTREE COMMENT 'HASH',
  FULLTEXT KEY `words` (`a b`),
  CONSTRAINT `f2` FOREIGN KEY (`sum`) REFERENCES `other`.`t` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT `f1` FOREIGN KEY (`price`,`on`) REFERENCES `t` (`x`,`y`) ON DELETE NO ACTION,
  CONSTRAINT `c ok` CHECK (`price` > 0 or `kind` = ')')
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='PARTITION'";

#[test]
fn all_that_is_said_of_a_table_is_read() {
    let table = read(THINGS).unwrap();
    assert_eq!(table.name, "odd, (na`me");
    assert_eq!(table.kind, TableKind::Table);
    let mut told = String::new();
    for column in &table.columns {
        told.push_str(&format!("{column:?}\n"));
    }
    told.push_str(&format!("{:?}\n", table.key));
    for index in &table.indexes {
        told.push_str(&format!("{index:?}\n"));
    }
    for check in &table.checks {
        told.push_str(&format!("{check:?}\n"));
    }
    for reference in &table.references {
        told.push_str(&format!("{reference:?}\n"));
    }
    insta::assert_snapshot!("things", told);
}

#[test]
fn partitions_are_seen_in_either_form() {
    let table = "CREATE TABLE `t` (\n  `id` int(11) NOT NULL\n) ENGINE=InnoDB";
    for more in [
        " PARTITION BY HASH (`id`)\nPARTITIONS 4",
        "\n/*!50100 PARTITION BY HASH (id) PARTITIONS 4 */",
    ] {
        let read = read(&format!("{table}{more}")).unwrap();
        assert_eq!(read.kind, TableKind::Partitioned, "{more}");
    }
}

#[test]
fn nothing_depends_on_the_digits_of_an_integer() {
    for (ty, spelt) in [
        ("tinyint(1)", "boolean"),
        ("tinyint(1) unsigned", "tinyint unsigned"),
        ("int(5)", "int"),
        ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
        ("decimal(5,0)", "decimal(5,0)"),
        ("year(4)", "year"),
        ("enum('int(5)')", "enum('int(5)')"),
    ] {
        assert_eq!(spelled(ty), spelt);
    }
}

#[test]
fn text_that_is_cut_short_is_no_table_and_no_panic() {
    let mut cut = THINGS.to_owned();
    while cut.pop().is_some() {
        read(&cut);
    }
    let end = THINGS.find("\n) ENGINE").unwrap();
    assert!(read(&THINGS[..end]).is_none());
    assert!(read(&"(".repeat(100_000)).is_none());
    assert!(read("CREATE VIEW `v` AS select 1").is_none());
}

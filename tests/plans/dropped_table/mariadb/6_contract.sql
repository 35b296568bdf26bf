-- colmig 1
-- migration: 20261122064500_drop_badges
-- phase: contract
-- database: mariadb

-- step: check_dependents_badges
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: badges
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'badges' AND TABLE_NAME <> 'badges'
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND INSTR(VIEW_DEFINITION, CONCAT('`', 'badges', '`')) > 0
ORDER BY 1;

-- step: drop_table_badges
-- lock: an exclusive metadata lock on `badges`, for an instant
-- safe: nobody reads or writes the table any more
-- one by one: each statement commits by itself
DROP TABLE IF EXISTS `badges`;

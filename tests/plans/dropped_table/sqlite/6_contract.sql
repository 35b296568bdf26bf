-- colmig 1
-- migration: 20261122064500_drop_badges
-- phase: contract
-- database: sqlite

-- step: check_dependents_badges
-- lock: the database's write lock, for an instant
-- safe: the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of this phase
-- check dependents: badges
-- statement: prepare
ALTER TABLE "badges" RENAME TO "colmig_going";
-- statement: dependents
SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, 'colmig_going') > 0 AND tbl_name <> 'colmig_going' AND name NOT IN ('') AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1;

-- step: drop_table_badges
-- lock: the database's write lock, until every page of the table is free
-- safe: nobody reads or writes the table any more
DROP TABLE "badges";

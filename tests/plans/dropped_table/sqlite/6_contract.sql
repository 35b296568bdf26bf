-- colmig 1
-- migration: 20261122064500_drop_badges
-- phase: contract
-- database: sqlite

-- step: drop_table_badges
-- lock: the database's write lock, until every page of the table is free
-- safe: nobody reads or writes the table any more
DROP TABLE "badges";

-- colmig 1
-- migration: 20261122064500_drop_badges
-- phase: contract
-- database: postgres

-- step: drop_table_badges
-- lock: ACCESS EXCLUSIVE on "badges", "members", for an instant
-- safe: nobody reads or writes the table any more
DROP TABLE "badges";

-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_order_group_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_order_group_not_null_update" BEFORE UPDATE OF "group" ON "order"
FOR EACH ROW WHEN NOT (NEW."group" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: order.group');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_order_group_not_null_update";

-- step: create_index_order_group_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "order_group_idx" ON "order" ("group");
-- revert:
--   DROP INDEX "order_group_idx";

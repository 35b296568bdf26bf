-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_order_group_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_order_group_not_null_insert" BEFORE INSERT ON "order"
FOR EACH ROW WHEN NOT (NEW."group" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: order.group');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_order_group_not_null_insert";

-- step: drop_colmig_fill_order_group
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_order_group";
-- revert:
--   CREATE TRIGGER "colmig_fill_order_group" AFTER INSERT ON "order"
--   FOR EACH ROW WHEN NEW."group" IS NULL
--   BEGIN
--     UPDATE "order" SET "group" = (NEW."type") WHERE "id" = NEW."id";
--   END;

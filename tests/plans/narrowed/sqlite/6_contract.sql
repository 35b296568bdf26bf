-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: contract
-- database: sqlite

-- step: check_dependents_orders
-- lock: the database's write lock, for an instant
-- safe: the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of this phase
-- check dependents: orders
-- columns: label
-- statement: prepare
ALTER TABLE "orders" RENAME COLUMN "label" TO "colmig_going_0";
-- statement: dependents
SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, 'colmig_going') > 0 AND (name <> 'orders' OR length(sql) - length(replace(sql, 'colmig_going', '')) > 1 * length('colmig_going')) AND name NOT IN ('') AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1;

-- step: create_colmig_guard_orders_label_2_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_orders_label_2_not_null_insert" BEFORE INSERT ON "orders"
FOR EACH ROW WHEN NOT (NEW."label_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: orders.label_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_orders_label_2_not_null_insert";

-- step: drop_legacy_orders
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "colmig_mirror_orders_label_2_insert_up";
DROP TRIGGER "colmig_mirror_orders_label_2_insert_down";
DROP TRIGGER "colmig_mirror_orders_label_2_update_up";
DROP TRIGGER "colmig_mirror_orders_label_2_update_down";
DROP TRIGGER IF EXISTS "colmig_default_orders_label";
DROP TRIGGER IF EXISTS "colmig_guard_orders_label_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_orders_label_not_null_update";
ALTER TABLE "orders" DROP COLUMN "label";

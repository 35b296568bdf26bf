-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: constrain
-- database: sqlite

-- step: compare_orders_label_2
-- lock: that of a reader on "orders", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: orders
-- key: id
-- legacy: label
-- targets: label_2
-- statement: first
SELECT "id" FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "orders"
WHERE ("id") >= ($1)
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL))) FROM "orders"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL))) FROM "orders"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "label", "label_2" FROM "orders"
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND ("id") >= ($1)
ORDER BY "orders"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "orders" SET "label_2" = ("label")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND NOT ("label" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "orders" SET "label_2" = ("label")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND NOT ("label" IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "orders" SET "label" = ("label_2")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND NOT ("label_2" IS NOT ("label_2")) AND NOT ("label_2" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "orders" SET "label" = ("label_2")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND NOT ("label_2" IS NOT ("label_2")) AND NOT ("label_2" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_orders_label_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_orders_label_2_not_null_update" BEFORE UPDATE OF "label_2" ON "orders"
FOR EACH ROW WHEN NOT (NEW."label_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: orders.label_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_orders_label_2_not_null_update";

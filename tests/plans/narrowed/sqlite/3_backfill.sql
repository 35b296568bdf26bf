-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: backfill
-- database: sqlite

-- step: backfill_orders_label_2
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: orders
-- key: id
-- shows: label
-- statement: first
SELECT "id" FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "orders"
WHERE ("id") >= ($1)
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "orders" SET "label_2" = ("label")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "orders" SET "label_2" = ("label")
WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "label" FROM "orders" WHERE ("label_2" IS NOT ("label") OR ("label_2" IS NULL)) LIMIT $1;

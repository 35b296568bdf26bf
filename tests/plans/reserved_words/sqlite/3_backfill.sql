-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: backfill
-- database: sqlite

-- step: backfill_order_group
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: order
-- key: id
-- statement: first
SELECT "id" FROM "order" ORDER BY "order"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "order"
WHERE ("id") >= ($1)
ORDER BY "order"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "order" WHERE "group" IS NULL LIMIT $1;

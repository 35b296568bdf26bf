-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: backfill
-- database: postgres

-- step: backfill_order_group
-- lock: ROW EXCLUSIVE on "order", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: order
-- key: id
-- statement: first
SELECT "id"::text FROM "order" ORDER BY "order"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "order"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "order"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "order"."id") AS "colmig number"
FROM "order" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "order"."id" LIMIT $3) AS "order"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "order" WHERE "group" IS NULL LIMIT $1;

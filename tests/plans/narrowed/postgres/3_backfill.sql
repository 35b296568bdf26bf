-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: backfill
-- database: postgres

-- step: backfill_orders_label_2
-- lock: ROW EXCLUSIVE on "orders", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: orders
-- key: id
-- shows: label
-- statement: first
SELECT "id"::text FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "orders"."id") AS "colmig number"
FROM "orders" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "orders"."id" LIMIT $3) AS "orders"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "orders" SET "label_2" = (CASE WHEN length("label") <= 20 THEN "label" END)
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "orders" SET "label_2" = (CASE WHEN length("label") <= 20 THEN "label" END)
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "label"::text FROM "orders" WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) LIMIT $1;

-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: constrain
-- database: postgres

-- step: compare_orders_label_2
-- lock: that of a reader on "orders", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: orders
-- key: id
-- legacy: label
-- targets: label_2
-- statement: first
SELECT "id"::text FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "label"::text, "label_2"::text FROM "orders"
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "orders" SET "label_2" = (CASE WHEN length("label") <= 20 THEN "label" END)
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND NOT ((CASE WHEN length("label") <= 20 THEN "label" END) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "orders" SET "label_2" = (CASE WHEN length("label") <= 20 THEN "label" END)
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND NOT ((CASE WHEN length("label") <= 20 THEN "label" END) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "orders" SET "label" = ("label_2")
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND NOT ("label_2" IS DISTINCT FROM (CASE WHEN length("label_2") <= 20 THEN "label_2" END)) AND NOT ("label_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "orders" SET "label" = ("label_2")
WHERE ("label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END) OR ("label_2" IS NULL)) AND NOT ("label_2" IS DISTINCT FROM (CASE WHEN length("label_2") <= 20 THEN "label_2" END)) AND NOT ("label_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_orders_label_2_not_null
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "orders" ADD CONSTRAINT "orders_label_2_not_null" CHECK ("label_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "orders" DROP CONSTRAINT "orders_label_2_not_null";

-- step: validate_check_orders_label_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_label_2_not_null";

-- step: set_not_null_orders_label_2
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "orders" ALTER COLUMN "label_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "orders" ALTER COLUMN "label_2" DROP NOT NULL;

-- step: drop_check_orders_label_2_not_null
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "orders" DROP CONSTRAINT "orders_label_2_not_null";
-- revert:
--   ALTER TABLE "orders" ADD CONSTRAINT "orders_label_2_not_null" CHECK ("label_2" IS NOT NULL) NOT VALID;

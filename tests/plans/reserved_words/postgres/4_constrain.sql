-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: constrain
-- database: postgres

-- step: compare_order_group
-- lock: that of a reader on "order", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: order
-- key: id
-- targets: group
-- statement: first
SELECT "id"::text FROM "order" ORDER BY "order"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "order"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "order"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "group" IS NULL) FROM "order"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "group" IS NULL) FROM "order"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "group"::text FROM "order"
WHERE "group" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "order"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("type") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("type") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_order_group_not_null
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "order" ADD CONSTRAINT "order_group_not_null" CHECK ("group" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "order" DROP CONSTRAINT "order_group_not_null";

-- step: validate_check_order_group_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "order", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "order" VALIDATE CONSTRAINT "order_group_not_null";

-- step: set_not_null_order_group
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "order" ALTER COLUMN "group" SET NOT NULL;
-- revert:
--   ALTER TABLE "order" ALTER COLUMN "group" DROP NOT NULL;

-- step: drop_check_order_group_not_null
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "order" DROP CONSTRAINT "order_group_not_null";
-- revert:
--   ALTER TABLE "order" ADD CONSTRAINT "order_group_not_null" CHECK ("group" IS NOT NULL) NOT VALID;

-- step: create_index_order_group_idx
-- lock: SHARE UPDATE EXCLUSIVE on "order", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "order_group_idx";
CREATE INDEX CONCURRENTLY "order_group_idx" ON "order" ("group");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "order_group_idx";

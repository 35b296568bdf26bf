-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: constrain
-- database: postgres

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
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "order_group_idx";
CREATE INDEX CONCURRENTLY "order_group_idx" ON "order" ("group");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "order_group_idx";

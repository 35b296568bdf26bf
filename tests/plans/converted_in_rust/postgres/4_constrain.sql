-- colmig 1
-- migration: 20261122064500_users_years
-- phase: constrain
-- database: postgres

-- step: add_check_users_years_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_years_not_null" CHECK ("years" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_years_not_null";

-- step: validate_check_users_years_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_years_not_null";

-- step: set_not_null_users_years
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "years" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "years" DROP NOT NULL;

-- step: drop_check_users_years_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_years_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_years_not_null" CHECK ("years" IS NOT NULL) NOT VALID;

-- step: create_index_users_years_idx
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_years_idx";
CREATE INDEX CONCURRENTLY "users_years_idx" ON "users" ("years");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_years_idx";

-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: constrain
-- database: postgres

-- step: compare_users_handle
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- targets: handle
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "handle" IS NULL) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "handle" IS NULL) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "handle"::text FROM "users"
WHERE "handle" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("first_name" || "id") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("first_name" || "id") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_users_handle_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_handle_not_null";

-- step: validate_check_users_handle_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_handle_not_null";

-- step: set_not_null_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "handle" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "handle" DROP NOT NULL;

-- step: drop_check_users_handle_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_handle_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;

-- step: add_check_users_handle_check
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_handle_check" CHECK (length("handle") <= 40) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_handle_check";

-- step: validate_check_users_handle_check
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_handle_check";

-- step: create_index_users_handle_key
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_handle_key";
CREATE UNIQUE INDEX CONCURRENTLY "users_handle_key" ON "users" ("handle");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_handle_key";

-- step: create_index_users_city_idx
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_city_idx";
CREATE INDEX CONCURRENTLY "users_city_idx" ON "users" ("city");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_city_idx";

-- step: add_check_users_age_check
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_age_check" CHECK ("age" >= 0 AND "age" < 150) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_age_check";

-- step: validate_check_users_age_check
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_age_check";

-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: constrain
-- database: postgres

-- step: compare_users_family_name
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: surname
-- targets: family_name
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "surname"::text, "family_name"::text FROM "users"
WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "family_name" = ("surname")
WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL)) AND NOT ("surname" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "users" SET "family_name" = ("surname")
WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL)) AND NOT ("surname" IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "users" SET "surname" = ("family_name")
WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL)) AND NOT ("family_name" IS DISTINCT FROM ("family_name")) AND NOT ("family_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "users" SET "surname" = ("family_name")
WHERE ("family_name" IS DISTINCT FROM ("surname") OR ("family_name" IS NULL)) AND NOT ("family_name" IS DISTINCT FROM ("family_name")) AND NOT ("family_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_users_family_name_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_family_name_not_null" CHECK ("family_name" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_family_name_not_null";

-- step: validate_check_users_family_name_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_family_name_not_null";

-- step: set_not_null_users_family_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "family_name" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "family_name" DROP NOT NULL;

-- step: drop_check_users_family_name_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_family_name_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_family_name_not_null" CHECK ("family_name" IS NOT NULL) NOT VALID;

-- step: create_index_users_family_name_idx
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_family_name_idx";
CREATE INDEX CONCURRENTLY "users_family_name_idx" ON "users" ("family_name");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_family_name_idx";

-- colmig 1
-- migration: 20261122064500_users_handle
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
UPDATE "users" SET "handle" = (lower("first_name"))
WHERE "handle" IS NULL AND (lower("first_name")) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "users" SET "handle" = (lower("first_name"))
WHERE "handle" IS NULL AND (lower("first_name")) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

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

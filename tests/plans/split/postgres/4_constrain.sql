-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: constrain
-- database: postgres

-- step: compare_users_first_name_last_name
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "name"::text, "first_name"::text, "last_name"::text FROM "users"
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ((CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "users" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ((CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "users" SET "name" = (CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', ''))) AS text))) AND NOT ("last_name" IS DISTINCT FROM (CAST(nullif(replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', '')), ''), '') AS text))) AND NOT ("first_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "users" SET "name" = (CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', ''))) AS text))) AND NOT ("last_name" IS DISTINCT FROM (CAST(nullif(replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', '')), ''), '') AS text))) AND NOT ("first_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_users_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_first_name_not_null";

-- step: validate_check_users_first_name_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_first_name_not_null";

-- step: set_not_null_users_first_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "first_name" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "first_name" DROP NOT NULL;

-- step: drop_check_users_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_first_name_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;

-- step: create_index_users_last_name_key
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_last_name_key";
CREATE UNIQUE INDEX CONCURRENTLY "users_last_name_key" ON "users" ("last_name");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_last_name_key";

-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: postgres

-- step: compare_people_handle
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: nick
-- targets: handle
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "nick"::text, "handle"::text FROM "people"
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND NOT ("nick" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND NOT ("nick" IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "people" SET "nick" = ("handle")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND NOT ("handle" IS DISTINCT FROM ("handle")) AND NOT ("handle" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "people" SET "nick" = ("handle")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND NOT ("handle" IS DISTINCT FROM ("handle")) AND NOT ("handle" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_people_handle_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_handle_not_null";

-- step: validate_check_people_handle_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_handle_not_null";

-- step: set_not_null_people_handle
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "handle" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "handle" DROP NOT NULL;

-- step: drop_check_people_handle_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_handle_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;

-- step: create_index_people_handle_idx
-- lock: SHARE UPDATE EXCLUSIVE on "people", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "people_handle_idx";
CREATE INDEX CONCURRENTLY "people_handle_idx" ON "people" ("handle");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "people_handle_idx";

-- step: compare_people_age_2
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "age"::text, "age_2"::text FROM "people"
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "people" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "people" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS DISTINCT FROM (CASE WHEN (CAST("age_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("age_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("age_2" AS text)) AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS integer) END END)) AND NOT ("age_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "people" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS DISTINCT FROM (CASE WHEN (CAST("age_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("age_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("age_2" AS text)) AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS integer) END END)) AND NOT ("age_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_people_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_age_2_not_null";

-- step: validate_check_people_age_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_age_2_not_null";

-- step: set_not_null_people_age_2
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "age_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "age_2" DROP NOT NULL;

-- step: drop_check_people_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_age_2_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;

-- step: compare_people_first_name_last_name
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "name"::text, "first_name"::text, "last_name"::text FROM "people"
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ((CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "people" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ((CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "people" SET "name" = (CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', ''))) AS text))) AND NOT ("last_name" IS DISTINCT FROM (CAST(nullif(replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', '')), ''), '') AS text))) AND NOT ("first_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "people" SET "name" = (CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND NOT ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', ''))) AS text))) AND NOT ("last_name" IS DISTINCT FROM (CAST(nullif(replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), rtrim((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), replace((CAST(ltrim("first_name" || ' ' || coalesce("last_name", '')) AS text)), ' ', '')), ''), '') AS text))) AND NOT ("first_name" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_people_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_first_name_not_null";

-- step: validate_check_people_first_name_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_first_name_not_null";

-- step: set_not_null_people_first_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "first_name" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "first_name" DROP NOT NULL;

-- step: drop_check_people_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_first_name_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;

-- step: compare_people_address
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: street, town
-- targets: address
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL))) FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "street"::text, "town"::text, "address"::text FROM "people"
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "address" = (CAST("street" || ' ' || "town" AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND NOT ((CAST("street" || ' ' || "town" AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "people" SET "address" = (CAST("street" || ' ' || "town" AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND NOT ((CAST("street" || ' ' || "town" AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "people" SET "street" = (CAST(rtrim(rtrim("address", replace("address", ' ', ''))) AS text)), "town" = (CAST(replace("address", rtrim("address", replace("address", ' ', '')), '') AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND NOT ("address" IS DISTINCT FROM (CAST((CAST(rtrim(rtrim("address", replace("address", ' ', ''))) AS text)) || ' ' || (CAST(replace("address", rtrim("address", replace("address", ' ', '')), '') AS text)) AS text))) AND NOT ("address" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "people" SET "street" = (CAST(rtrim(rtrim("address", replace("address", ' ', ''))) AS text)), "town" = (CAST(replace("address", rtrim("address", replace("address", ' ', '')), '') AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND NOT ("address" IS DISTINCT FROM (CAST((CAST(rtrim(rtrim("address", replace("address", ' ', ''))) AS text)) || ' ' || (CAST(replace("address", rtrim("address", replace("address", ' ', '')), '') AS text)) AS text))) AND NOT ("address" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_people_address_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_address_not_null" CHECK ("address" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_address_not_null";

-- step: validate_check_people_address_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_address_not_null";

-- step: set_not_null_people_address
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "address" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "address" DROP NOT NULL;

-- step: drop_check_people_address_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_address_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_address_not_null" CHECK ("address" IS NOT NULL) NOT VALID;

-- step: add_check_people_address_check
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_address_check" CHECK (length("address") > 2) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_address_check";

-- step: validate_check_people_address_check
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_address_check";

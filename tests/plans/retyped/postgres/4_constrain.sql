-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: constrain
-- database: postgres

-- step: compare_users_age_2
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "age"::text, "age_2"::text FROM "users"
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "users" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "users" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS DISTINCT FROM (CASE WHEN (CAST("age_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("age_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("age_2" AS text)) AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS integer) END END)) AND NOT ("age_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "users" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS DISTINCT FROM (CASE WHEN (CAST("age_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("age_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("age_2" AS text)) AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS integer) END END)) AND NOT ("age_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_users_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_age_2_not_null";

-- step: validate_check_users_age_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_age_2_not_null";

-- step: set_not_null_users_age_2
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "age_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "age_2" DROP NOT NULL;

-- step: drop_check_users_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_age_2_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;

-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: postgres

-- step: backfill_people_handle
-- lock: ROW EXCLUSIVE on "people", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: people
-- key: id
-- shows: nick
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "people"."id") AS "colmig number"
FROM "people" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "people"."id" LIMIT $3) AS "people"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "nick"::text FROM "people" WHERE ("handle" IS DISTINCT FROM ("nick") OR ("handle" IS NULL)) LIMIT $1;

-- step: backfill_people_age_2
-- lock: ROW EXCLUSIVE on "people", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: people
-- key: id
-- shows: age
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "people"."id") AS "colmig number"
FROM "people" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "people"."id" LIMIT $3) AS "people"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "people" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "people" SET "age_2" = (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END)
WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "age"::text FROM "people" WHERE ("age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END) OR ("age_2" IS NULL)) LIMIT $1;

-- step: backfill_people_first_name_last_name
-- lock: ROW EXCLUSIVE on "people", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: people
-- key: id
-- shows: name
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "people"."id") AS "colmig number"
FROM "people" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "people"."id" LIMIT $3) AS "people"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "people" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "people" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "name"::text FROM "people" WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) LIMIT $1;

-- step: backfill_people_address
-- lock: ROW EXCLUSIVE on "people", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: people
-- key: id
-- shows: street, town
-- statement: first
SELECT "id"::text FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "people"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "people"."id") AS "colmig number"
FROM "people" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "people"."id" LIMIT $3) AS "people"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "people" SET "address" = (CAST("street" || ' ' || "town" AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "people" SET "address" = (CAST("street" || ' ' || "town" AS text))
WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "street"::text, "town"::text FROM "people" WHERE ("address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text)) OR ("address" IS NULL)) LIMIT $1;

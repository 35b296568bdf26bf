-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: backfill
-- database: postgres

-- step: backfill_users_first_name_last_name
-- lock: ROW EXCLUSIVE on "users", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: users
-- key: id
-- shows: name
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "users"."id") AS "colmig number"
FROM "users" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "users"."id" LIMIT $3) AS "users"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "users" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "users" SET "first_name" = (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)), "last_name" = (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text))
WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "name"::text FROM "users" WHERE ("first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text)) OR "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text)) OR ("first_name" IS NULL)) LIMIT $1;

-- step: check_rows_users_last_name_key
-- lock: that of a reader on "users", for one scan of the table
-- safe: one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off; its snapshot is held for about half as long as the build of the index will hold one. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_last_name_key
-- rule: unique
-- columns: last_name
-- statement: count all
SELECT CAST(coalesce(sum("colmig number"), 0) AS bigint)
FROM (SELECT count(*) AS "colmig number" FROM "users" WHERE "last_name" IS NOT NULL
GROUP BY "last_name" HAVING count(*) > 1) AS "colmig groups";
-- statement: resisting
SELECT "id"::text, "colmig group" FROM (
  SELECT "id", dense_rank() OVER (ORDER BY "last_name") AS "colmig group" FROM "users"
  WHERE "last_name" IS NOT NULL AND ("last_name") IN (
    SELECT "last_name" FROM "users" WHERE "last_name" IS NOT NULL
    GROUP BY "last_name" HAVING count(*) > 1 ORDER BY "last_name" LIMIT $1)
) AS "colmig rows"
ORDER BY "colmig group", "colmig rows"."id" LIMIT $1;

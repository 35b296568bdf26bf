-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: backfill
-- database: sqlite

-- step: backfill_users_first_name_last_name
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: users
-- key: id
-- shows: name
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "name" FROM "users" WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) LIMIT $1;

-- step: check_rows_users_last_name_key
-- lock: that of a reader on "users", for one scan of the table
-- safe: one read, before the index is tried: with a write-ahead log nobody waits for it, without one a commit does, and less long than for the build of the index. Rows that share their values hold the migration here, counted and named, while everything keeps working
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
SELECT "id", "colmig group" FROM (
  SELECT "id", dense_rank() OVER (ORDER BY "last_name") AS "colmig group" FROM "users"
  WHERE "last_name" IS NOT NULL AND ("last_name") IN (
    SELECT "last_name" FROM "users" WHERE "last_name" IS NOT NULL
    GROUP BY "last_name" HAVING count(*) > 1 ORDER BY "last_name" LIMIT $1)
) AS "colmig rows"
ORDER BY "colmig group", "colmig rows"."id" LIMIT $1;

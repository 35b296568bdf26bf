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

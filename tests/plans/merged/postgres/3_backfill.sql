-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: backfill
-- database: postgres

-- step: backfill_users_display_name
-- lock: ROW EXCLUSIVE on "users", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: users
-- key: id
-- shows: first_name, last_name
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
UPDATE "users" SET "display_name" = (CAST(ltrim("first_name" || ' ' || "last_name") AS text))
WHERE ("display_name" IS DISTINCT FROM (CAST(ltrim("first_name" || ' ' || "last_name") AS text)) OR ("display_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "users" SET "display_name" = (CAST(ltrim("first_name" || ' ' || "last_name") AS text))
WHERE ("display_name" IS DISTINCT FROM (CAST(ltrim("first_name" || ' ' || "last_name") AS text)) OR ("display_name" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "first_name"::text, "last_name"::text FROM "users" WHERE ("display_name" IS DISTINCT FROM (CAST(ltrim("first_name" || ' ' || "last_name") AS text)) OR ("display_name" IS NULL)) LIMIT $1;

-- step: check_rows_users_display_name_check
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_display_name_check
-- rule: check
-- columns: display_name
-- says: length("display_name") > 0
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT (length("display_name") > 0)) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT (length("display_name") > 0)) FROM "users"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "users"
WHERE NOT (length("display_name") > 0) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "users"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "users"
WHERE NOT (length("display_name") > 0) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "users"."id" LIMIT $2;

-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: backfill
-- database: postgres

-- step: backfill_users_handle
-- lock: ROW EXCLUSIVE on "users", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: users
-- key: id
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
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "users" WHERE "handle" IS NULL LIMIT $1;

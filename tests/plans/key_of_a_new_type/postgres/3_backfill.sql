-- colmig 1
-- migration: 20261122064500_orders_user_id_2_and_4_more
-- phase: backfill
-- database: postgres

-- step: backfill_orders_user_id_2
-- lock: ROW EXCLUSIVE on "orders", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: orders
-- key: id
-- shows: user_id
-- statement: first
SELECT "id"::text FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "orders"."id") AS "colmig number"
FROM "orders" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "orders"."id" LIMIT $3) AS "orders"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "orders" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "orders" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "user_id"::text FROM "orders" WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) LIMIT $1;

-- step: backfill_profiles_user_id_2
-- lock: ROW EXCLUSIVE on "profiles", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: profiles
-- key: user_id
-- shows: user_id
-- statement: first
SELECT "user_id"::text FROM "profiles" ORDER BY "profiles"."user_id" LIMIT 1;
-- statement: boundary
SELECT "user_id"::text FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer))
ORDER BY "profiles"."user_id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "user_id"::text FROM (SELECT "user_id", row_number() OVER (ORDER BY "profiles"."user_id") AS "colmig number"
FROM "profiles" WHERE ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer)) ORDER BY "profiles"."user_id" LIMIT $3) AS "profiles"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "profiles" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "profiles" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("user_id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "user_id"::text, "user_id"::text FROM "profiles" WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) LIMIT $1;

-- step: backfill_users_id_2
-- lock: ROW EXCLUSIVE on "users", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: users
-- key: id
-- shows: id
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "users"."id") AS "colmig number"
FROM "users" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "users"."id" LIMIT $3) AS "users"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "users" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "users" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "id"::text FROM "users" WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) LIMIT $1;

-- step: backfill_users_invited_by_2
-- lock: ROW EXCLUSIVE on "users", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: users
-- key: id
-- shows: invited_by
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "users"."id") AS "colmig number"
FROM "users" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "users"."id" LIMIT $3) AS "users"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "users" SET "invited_by_2" = (CAST("invited_by" AS bigint))
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "users" SET "invited_by_2" = (CAST("invited_by" AS bigint))
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "invited_by"::text FROM "users" WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) LIMIT $1;

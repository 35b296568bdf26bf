-- colmig 1
-- migration: 20260102000000_keys
-- phase: backfill
-- database: postgres

-- step: backfill_accounts_id_2
-- lock: ROW EXCLUSIVE on "accounts", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: accounts
-- key: id
-- shows: id
-- statement: first
SELECT "id"::text FROM "accounts" ORDER BY "accounts"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "accounts"."id") AS "colmig number"
FROM "accounts" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "accounts"."id" LIMIT $3) AS "accounts"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "accounts" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "accounts" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "id"::text FROM "accounts" WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) LIMIT $1;

-- step: backfill_accounts_parent_2
-- lock: ROW EXCLUSIVE on "accounts", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: accounts
-- key: id
-- shows: parent
-- statement: first
SELECT "id"::text FROM "accounts" ORDER BY "accounts"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "accounts"."id") AS "colmig number"
FROM "accounts" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "accounts"."id" LIMIT $3) AS "accounts"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "accounts" SET "parent_2" = (CAST("parent" AS bigint))
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "accounts" SET "parent_2" = (CAST("parent" AS bigint))
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "parent"::text FROM "accounts" WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) LIMIT $1;

-- step: backfill_notes_account_2
-- lock: ROW EXCLUSIVE on "notes", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: notes
-- key: account, number
-- shows: account
-- statement: first
SELECT "account"::text, "number"::text FROM "notes" ORDER BY "notes"."account", "notes"."number" LIMIT 1;
-- statement: boundary
SELECT "account"::text, "number"::text FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT 1 OFFSET $3;
-- statement: bounds
SELECT "account"::text, "number"::text FROM (SELECT "account", "number", row_number() OVER (ORDER BY "notes"."account", "notes"."number") AS "colmig number"
FROM "notes" WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer)) ORDER BY "notes"."account", "notes"."number" LIMIT $5) AS "notes"
WHERE "colmig number" % $6 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "notes" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer));
-- statement: last
UPDATE "notes" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer));
-- statement: pending
SELECT "account"::text, "number"::text, "account"::text FROM "notes" WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) LIMIT $1;

-- step: backfill_transfers_id_2
-- lock: ROW EXCLUSIVE on "transfers", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: transfers
-- key: id
-- shows: id
-- statement: first
SELECT "id"::text FROM "transfers" ORDER BY "transfers"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "transfers"."id") AS "colmig number"
FROM "transfers" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "transfers"."id" LIMIT $3) AS "transfers"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "transfers" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "transfers" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "id"::text FROM "transfers" WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) LIMIT $1;

-- step: backfill_transfers_account_2
-- lock: ROW EXCLUSIVE on "transfers", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: transfers
-- key: id
-- shows: account
-- statement: first
SELECT "id"::text FROM "transfers" ORDER BY "transfers"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "transfers"."id") AS "colmig number"
FROM "transfers" WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer)) ORDER BY "transfers"."id" LIMIT $3) AS "transfers"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "transfers" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: last
UPDATE "transfers" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer));
-- statement: pending
SELECT "id"::text, "account"::text FROM "transfers" WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) LIMIT $1;

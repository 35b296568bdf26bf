-- colmig 1
-- migration: 20260102000000_keys
-- phase: constrain
-- database: postgres

-- step: compare_accounts_id_2
-- lock: that of a reader on "accounts", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: accounts
-- key: id
-- legacy: id
-- targets: id_2
-- statement: first
SELECT "id"::text FROM "accounts" ORDER BY "accounts"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "id"::text, "id_2"::text FROM "accounts"
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "accounts" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "accounts" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "accounts" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "accounts" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: add_check_accounts_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "accounts", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "accounts" DROP CONSTRAINT "accounts_id_2_not_null";

-- step: validate_check_accounts_id_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "accounts", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "accounts" VALIDATE CONSTRAINT "accounts_id_2_not_null";

-- step: set_not_null_accounts_id_2
-- lock: ACCESS EXCLUSIVE on "accounts", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "accounts" ALTER COLUMN "id_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "accounts" ALTER COLUMN "id_2" DROP NOT NULL;

-- step: drop_check_accounts_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "accounts", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "accounts" DROP CONSTRAINT "accounts_id_2_not_null";
-- revert:
--   ALTER TABLE "accounts" ADD CONSTRAINT "accounts_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;

-- step: create_index_accounts_id_2_pkey
-- lock: SHARE UPDATE EXCLUSIVE on "accounts", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "accounts_id_2_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "accounts_id_2_pkey" ON "accounts" ("id_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "accounts_id_2_pkey";

-- step: analyze_accounts_id_2
-- lock: SHARE UPDATE EXCLUSIVE on "accounts", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "accounts" ("id_2");

-- step: compare_accounts_parent_2
-- lock: that of a reader on "accounts", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: accounts
-- key: id
-- legacy: parent
-- targets: parent_2
-- statement: first
SELECT "id"::text FROM "accounts" ORDER BY "accounts"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "parent"::text, "parent_2"::text FROM "accounts"
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "accounts" SET "parent_2" = (CAST("parent" AS bigint))
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND NOT ((CAST("parent" AS bigint)) IS NULL AND "parent" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "accounts" SET "parent_2" = (CAST("parent" AS bigint))
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND NOT ((CAST("parent" AS bigint)) IS NULL AND "parent" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "accounts" SET "parent" = (CASE WHEN "parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("parent_2" AS integer) END)
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND NOT ("parent_2" IS DISTINCT FROM (CAST((CASE WHEN "parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("parent_2" AS integer) END) AS bigint))) AND NOT ("parent_2" IS NULL AND "parent" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "accounts" SET "parent" = (CASE WHEN "parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("parent_2" AS integer) END)
WHERE ("parent_2" IS DISTINCT FROM (CAST("parent" AS bigint)) OR ("parent_2" IS NULL AND "parent" IS NOT NULL)) AND NOT ("parent_2" IS DISTINCT FROM (CAST((CASE WHEN "parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("parent_2" AS integer) END) AS bigint))) AND NOT ("parent_2" IS NULL AND "parent" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: compare_notes_account_2
-- lock: that of a reader on "notes", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: notes
-- key: account, number
-- legacy: account
-- targets: account_2
-- statement: first
SELECT "account"::text, "number"::text FROM "notes" ORDER BY "notes"."account", "notes"."number" LIMIT 1;
-- statement: boundary
SELECT "account"::text, "number"::text FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT 1 OFFSET $3;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL))) FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL))) FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer));
-- statement: differing
SELECT "account"::text, "number"::text, "account"::text, "account_2"::text FROM "notes"
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT $3;
-- statement: mend from legacy
UPDATE "notes" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ((CAST("account" AS bigint)) IS NULL) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer));
-- statement: mend the last from legacy
UPDATE "notes" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ((CAST("account" AS bigint)) IS NULL) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer));
-- statement: mend from target
UPDATE "notes" SET "account" = (CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END)
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ("account_2" IS DISTINCT FROM (CAST((CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END) AS bigint))) AND NOT ("account_2" IS NULL) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer));
-- statement: mend the last from target
UPDATE "notes" SET "account" = (CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END)
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ("account_2" IS DISTINCT FROM (CAST((CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END) AS bigint))) AND NOT ("account_2" IS NULL) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer));

-- step: add_check_notes_account_2_not_null
-- lock: ACCESS EXCLUSIVE on "notes", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "notes" ADD CONSTRAINT "notes_account_2_not_null" CHECK ("account_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "notes" DROP CONSTRAINT "notes_account_2_not_null";

-- step: validate_check_notes_account_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "notes", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "notes" VALIDATE CONSTRAINT "notes_account_2_not_null";

-- step: set_not_null_notes_account_2
-- lock: ACCESS EXCLUSIVE on "notes", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "notes" ALTER COLUMN "account_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "notes" ALTER COLUMN "account_2" DROP NOT NULL;

-- step: drop_check_notes_account_2_not_null
-- lock: ACCESS EXCLUSIVE on "notes", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "notes" DROP CONSTRAINT "notes_account_2_not_null";
-- revert:
--   ALTER TABLE "notes" ADD CONSTRAINT "notes_account_2_not_null" CHECK ("account_2" IS NOT NULL) NOT VALID;

-- step: create_index_notes_account_2_pkey
-- lock: SHARE UPDATE EXCLUSIVE on "notes", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "notes_account_2_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "notes_account_2_pkey" ON "notes" ("account_2", "number");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "notes_account_2_pkey";

-- step: analyze_notes_account_2
-- lock: SHARE UPDATE EXCLUSIVE on "notes", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "notes" ("account_2");

-- step: compare_transfers_id_2
-- lock: that of a reader on "transfers", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: transfers
-- key: id
-- legacy: id
-- targets: id_2
-- statement: first
SELECT "id"::text FROM "transfers" ORDER BY "transfers"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "id"::text, "id_2"::text FROM "transfers"
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "transfers" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "transfers" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "transfers" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "transfers" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: add_check_transfers_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "transfers" DROP CONSTRAINT "transfers_id_2_not_null";

-- step: validate_check_transfers_id_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "transfers" VALIDATE CONSTRAINT "transfers_id_2_not_null";

-- step: set_not_null_transfers_id_2
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "transfers" ALTER COLUMN "id_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "transfers" ALTER COLUMN "id_2" DROP NOT NULL;

-- step: drop_check_transfers_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "transfers" DROP CONSTRAINT "transfers_id_2_not_null";
-- revert:
--   ALTER TABLE "transfers" ADD CONSTRAINT "transfers_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;

-- step: create_index_transfers_id_2_pkey
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "transfers_id_2_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "transfers_id_2_pkey" ON "transfers" ("id_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "transfers_id_2_pkey";

-- step: analyze_transfers_id_2
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "transfers" ("id_2");

-- step: compare_transfers_account_2
-- lock: that of a reader on "transfers", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: transfers
-- key: id
-- legacy: account
-- targets: account_2
-- statement: first
SELECT "id"::text FROM "transfers" ORDER BY "transfers"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "account"::text, "account_2"::text FROM "transfers"
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "transfers" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ((CAST("account" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "transfers" SET "account_2" = (CAST("account" AS bigint))
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ((CAST("account" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "transfers" SET "account" = (CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END)
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ("account_2" IS DISTINCT FROM (CAST((CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END) AS bigint))) AND NOT ("account_2" IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "transfers" SET "account" = (CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END)
WHERE ("account_2" IS DISTINCT FROM (CAST("account" AS bigint)) OR ("account_2" IS NULL)) AND NOT ("account_2" IS DISTINCT FROM (CAST((CASE WHEN "account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("account_2" AS integer) END) AS bigint))) AND NOT ("account_2" IS NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: add_check_transfers_account_2_not_null
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_account_2_not_null" CHECK ("account_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "transfers" DROP CONSTRAINT "transfers_account_2_not_null";

-- step: validate_check_transfers_account_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "transfers" VALIDATE CONSTRAINT "transfers_account_2_not_null";

-- step: set_not_null_transfers_account_2
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "transfers" ALTER COLUMN "account_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "transfers" ALTER COLUMN "account_2" DROP NOT NULL;

-- step: drop_check_transfers_account_2_not_null
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "transfers" DROP CONSTRAINT "transfers_account_2_not_null";
-- revert:
--   ALTER TABLE "transfers" ADD CONSTRAINT "transfers_account_2_not_null" CHECK ("account_2" IS NOT NULL) NOT VALID;

-- step: create_index_transfers_account_2_idx
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "transfers_account_2_idx";
CREATE INDEX CONCURRENTLY "transfers_account_2_idx" ON "transfers" ("account_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "transfers_account_2_idx";

-- step: check_rows_accounts_parent_2_fkey
-- lock: that of a reader on "accounts", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: accounts
-- key: id
-- constraint: accounts_parent_2_fkey
-- rule: foreign-key
-- columns: parent_2
-- says: accounts (id_2)
-- statement: first
SELECT "id"::text FROM "accounts" ORDER BY "accounts"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("accounts"."parent_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "accounts"."parent_2"))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("accounts"."parent_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "accounts"."parent_2"))) FROM "accounts"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: resisting
SELECT "id"::text FROM "accounts"
WHERE ("accounts"."parent_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "accounts"."parent_2")) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer))
ORDER BY "accounts"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "accounts"
WHERE ("accounts"."parent_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "accounts"."parent_2")) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "accounts"."id" LIMIT $2;

-- step: add_reference_accounts_parent_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "accounts", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"accounts"'::regclass AND o.confrelid = '"accounts"'::regclass AND a.attname = 'parent'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "accounts" ADD CONSTRAINT "accounts_parent_2_fkey" FOREIGN KEY ("parent_2") REFERENCES "accounts" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "accounts" DROP CONSTRAINT "accounts_parent_2_fkey";

-- step: validate_reference_accounts_parent_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "accounts", for one scan of the table, and ROW SHARE on "accounts"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "accounts" VALIDATE CONSTRAINT "accounts_parent_2_fkey";

-- step: check_rows_notes_account_2_fkey
-- lock: that of a reader on "notes", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: notes
-- key: account, number
-- constraint: notes_account_2_fkey
-- rule: foreign-key
-- columns: account_2
-- says: accounts (id_2)
-- statement: first
SELECT "account"::text, "number"::text FROM "notes" ORDER BY "notes"."account", "notes"."number" LIMIT 1;
-- statement: boundary
SELECT "account"::text, "number"::text FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT 1 OFFSET $3;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("notes"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "notes"."account_2"))) FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("notes"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "notes"."account_2"))) FROM "notes"
WHERE ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer));
-- statement: resisting
SELECT "account"::text, "number"::text FROM "notes"
WHERE ("notes"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "notes"."account_2")) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer)) AND ("account", "number") < (CAST($3::text AS integer), CAST($4::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT $5;
-- statement: resisting in the last
SELECT "account"::text, "number"::text FROM "notes"
WHERE ("notes"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "notes"."account_2")) AND ("account", "number") >= (CAST($1::text AS integer), CAST($2::text AS integer))
ORDER BY "notes"."account", "notes"."number" LIMIT $3;

-- step: add_reference_notes_account_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "notes" and "accounts", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"notes"'::regclass AND o.confrelid = '"accounts"'::regclass AND a.attname = 'account'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "notes" ADD CONSTRAINT "notes_account_2_fkey" FOREIGN KEY ("account_2") REFERENCES "accounts" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "notes" DROP CONSTRAINT "notes_account_2_fkey";

-- step: validate_reference_notes_account_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "notes", for one scan of the table, and ROW SHARE on "accounts"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "notes" VALIDATE CONSTRAINT "notes_account_2_fkey";

-- step: check_rows_transfers_account_2_fkey
-- lock: that of a reader on "transfers", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: transfers
-- key: id
-- constraint: transfers_account_2_fkey
-- rule: foreign-key
-- columns: account_2
-- says: accounts (id_2)
-- statement: first
SELECT "id"::text FROM "transfers" ORDER BY "transfers"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("transfers"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "transfers"."account_2"))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("transfers"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "transfers"."account_2"))) FROM "transfers"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: resisting
SELECT "id"::text FROM "transfers"
WHERE ("transfers"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "transfers"."account_2")) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer))
ORDER BY "transfers"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "transfers"
WHERE ("transfers"."account_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "transfers"."account_2")) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "transfers"."id" LIMIT $2;

-- step: add_reference_transfers_account_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "transfers" and "accounts", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"transfers"'::regclass AND o.confrelid = '"accounts"'::regclass AND a.attname = 'account'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "transfers" ADD CONSTRAINT "transfers_account_2_fkey" FOREIGN KEY ("account_2") REFERENCES "accounts" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "transfers" DROP CONSTRAINT "transfers_account_2_fkey";

-- step: validate_reference_transfers_account_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "transfers", for one scan of the table, and ROW SHARE on "accounts"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "transfers" VALIDATE CONSTRAINT "transfers_account_2_fkey";

-- step: check_rows_visits_account_bb2ef6e4_fkey
-- lock: that of a reader on "visits", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: visits
-- key: id
-- constraint: visits_account_bb2ef6e4_fkey
-- rule: foreign-key
-- columns: account
-- says: accounts (id_2)
-- statement: first
SELECT "id"::text FROM "visits" ORDER BY "visits"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "visits"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("visits"."account" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."account"))) FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("visits"."account" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."account"))) FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "visits"
WHERE ("visits"."account" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."account")) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "visits"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "visits"
WHERE ("visits"."account" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "accounts" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."account")) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "visits"."id" LIMIT $2;

-- step: add_reference_visits_account_bb2ef6e4_fkey
-- lock: SHARE ROW EXCLUSIVE on "visits" and "accounts", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"visits"'::regclass AND o.confrelid = '"accounts"'::regclass AND a.attname = 'account'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "visits" ADD CONSTRAINT "visits_account_bb2ef6e4_fkey" FOREIGN KEY ("account") REFERENCES "accounts" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "visits" DROP CONSTRAINT "visits_account_bb2ef6e4_fkey";

-- step: validate_reference_visits_account_bb2ef6e4_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "visits", for one scan of the table, and ROW SHARE on "accounts"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "visits" VALIDATE CONSTRAINT "visits_account_bb2ef6e4_fkey";

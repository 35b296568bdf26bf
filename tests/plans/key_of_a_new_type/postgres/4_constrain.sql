-- colmig 1
-- migration: 20261122064500_orders_user_id_2_and_4_more
-- phase: constrain
-- database: postgres

-- step: compare_orders_user_id_2
-- lock: that of a reader on "orders", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: orders
-- key: id
-- legacy: user_id
-- targets: user_id_2
-- statement: first
SELECT "id"::text FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "user_id"::text, "user_id_2"::text FROM "orders"
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "orders" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ((CAST("user_id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "orders" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ((CAST("user_id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "orders" SET "user_id" = (CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END)
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ("user_id_2" IS DISTINCT FROM (CAST((CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END) AS bigint))) AND NOT ("user_id_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "orders" SET "user_id" = (CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END)
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ("user_id_2" IS DISTINCT FROM (CAST((CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END) AS bigint))) AND NOT ("user_id_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_orders_user_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_2_not_null" CHECK ("user_id_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "orders" DROP CONSTRAINT "orders_user_id_2_not_null";

-- step: validate_check_orders_user_id_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_2_not_null";

-- step: set_not_null_orders_user_id_2
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "orders" ALTER COLUMN "user_id_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "orders" ALTER COLUMN "user_id_2" DROP NOT NULL;

-- step: drop_check_orders_user_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "orders" DROP CONSTRAINT "orders_user_id_2_not_null";
-- revert:
--   ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_2_not_null" CHECK ("user_id_2" IS NOT NULL) NOT VALID;

-- step: create_index_orders_user_id_2_idx
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "orders_user_id_2_idx";
CREATE INDEX CONCURRENTLY "orders_user_id_2_idx" ON "orders" ("user_id_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "orders_user_id_2_idx";

-- step: compare_profiles_user_id_2
-- lock: that of a reader on "profiles", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: profiles
-- key: user_id
-- legacy: user_id
-- targets: user_id_2
-- statement: first
SELECT "user_id"::text FROM "profiles" ORDER BY "profiles"."user_id" LIMIT 1;
-- statement: boundary
SELECT "user_id"::text FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer))
ORDER BY "profiles"."user_id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL))) FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL))) FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "user_id"::text, "user_id"::text, "user_id_2"::text FROM "profiles"
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND ("user_id") >= (CAST($1::text AS integer))
ORDER BY "profiles"."user_id" LIMIT $2;
-- statement: mend from legacy
UPDATE "profiles" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ((CAST("user_id" AS bigint)) IS NULL) AND ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "profiles" SET "user_id_2" = (CAST("user_id" AS bigint))
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ((CAST("user_id" AS bigint)) IS NULL) AND ("user_id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "profiles" SET "user_id" = (CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END)
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ("user_id_2" IS DISTINCT FROM (CAST((CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END) AS bigint))) AND NOT ("user_id_2" IS NULL) AND ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "profiles" SET "user_id" = (CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END)
WHERE ("user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint)) OR ("user_id_2" IS NULL)) AND NOT ("user_id_2" IS DISTINCT FROM (CAST((CASE WHEN "user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("user_id_2" AS integer) END) AS bigint))) AND NOT ("user_id_2" IS NULL) AND ("user_id") >= (CAST($1::text AS integer));

-- step: add_check_profiles_user_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "profiles", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_2_not_null" CHECK ("user_id_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_2_not_null";

-- step: validate_check_profiles_user_id_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "profiles", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "profiles" VALIDATE CONSTRAINT "profiles_user_id_2_not_null";

-- step: set_not_null_profiles_user_id_2
-- lock: ACCESS EXCLUSIVE on "profiles", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "profiles" ALTER COLUMN "user_id_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "profiles" ALTER COLUMN "user_id_2" DROP NOT NULL;

-- step: drop_check_profiles_user_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "profiles", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_2_not_null";
-- revert:
--   ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_2_not_null" CHECK ("user_id_2" IS NOT NULL) NOT VALID;

-- step: create_index_profiles_user_id_2_pkey
-- lock: SHARE UPDATE EXCLUSIVE on "profiles", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "profiles_user_id_2_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "profiles_user_id_2_pkey" ON "profiles" ("user_id_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "profiles_user_id_2_pkey";

-- step: analyze_profiles_user_id_2
-- lock: SHARE UPDATE EXCLUSIVE on "profiles", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "profiles" ("user_id_2");

-- step: compare_users_id_2
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: id
-- targets: id_2
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "id"::text, "id_2"::text FROM "users"
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "users" SET "id_2" = (CAST("id" AS bigint))
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ((CAST("id" AS bigint)) IS NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "users" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "users" SET "id" = (CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END)
WHERE ("id_2" IS DISTINCT FROM (CAST("id" AS bigint)) OR ("id_2" IS NULL)) AND NOT ("id_2" IS DISTINCT FROM (CAST((CASE WHEN "id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("id_2" AS integer) END) AS bigint))) AND NOT ("id_2" IS NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: add_check_users_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_id_2_not_null";

-- step: validate_check_users_id_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_id_2_not_null";

-- step: set_not_null_users_id_2
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "id_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "id_2" DROP NOT NULL;

-- step: drop_check_users_id_2_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_id_2_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_id_2_not_null" CHECK ("id_2" IS NOT NULL) NOT VALID;

-- step: create_index_users_id_2_pkey
-- lock: SHARE UPDATE EXCLUSIVE on "users", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_id_2_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "users_id_2_pkey" ON "users" ("id_2");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "users_id_2_pkey";

-- step: analyze_users_id_2
-- lock: SHARE UPDATE EXCLUSIVE on "users", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "users" ("id_2");

-- step: compare_users_invited_by_2
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: invited_by
-- targets: invited_by_2
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: differing
SELECT "id"::text, "invited_by"::text, "invited_by_2"::text FROM "users"
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "invited_by_2" = (CAST("invited_by" AS bigint))
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND NOT ((CAST("invited_by" AS bigint)) IS NULL AND "invited_by" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from legacy
UPDATE "users" SET "invited_by_2" = (CAST("invited_by" AS bigint))
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND NOT ((CAST("invited_by" AS bigint)) IS NULL AND "invited_by" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer));
-- statement: mend from target
UPDATE "users" SET "invited_by" = (CASE WHEN "invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("invited_by_2" AS integer) END)
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND NOT ("invited_by_2" IS DISTINCT FROM (CAST((CASE WHEN "invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("invited_by_2" AS integer) END) AS bigint))) AND NOT ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: mend the last from target
UPDATE "users" SET "invited_by" = (CASE WHEN "invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("invited_by_2" AS integer) END)
WHERE ("invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint)) OR ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL)) AND NOT ("invited_by_2" IS DISTINCT FROM (CAST((CASE WHEN "invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST("invited_by_2" AS integer) END) AS bigint))) AND NOT ("invited_by_2" IS NULL AND "invited_by" IS NOT NULL) AND ("id") >= (CAST($1::text AS integer));

-- step: check_rows_orders_user_id_2_fkey
-- lock: that of a reader on "orders", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: orders
-- key: id
-- constraint: orders_user_id_2_fkey
-- rule: foreign-key
-- columns: user_id_2
-- says: users (id_2)
-- statement: first
SELECT "id"::text FROM "orders" ORDER BY "orders"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("orders"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "orders"."user_id_2"))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("orders"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "orders"."user_id_2"))) FROM "orders"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "orders"
WHERE ("orders"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "orders"."user_id_2")) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "orders"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "orders"
WHERE ("orders"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "orders"."user_id_2")) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "orders"."id" LIMIT $2;

-- step: add_reference_orders_user_id_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "orders" and "users", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"orders"'::regclass AND o.confrelid = '"users"'::regclass AND a.attname = 'user_id'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_2_fkey" FOREIGN KEY ("user_id_2") REFERENCES "users" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "orders" DROP CONSTRAINT "orders_user_id_2_fkey";

-- step: validate_reference_orders_user_id_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for one scan of the table, and ROW SHARE on "users"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_2_fkey";

-- step: check_rows_profiles_user_id_2_fkey
-- lock: that of a reader on "profiles", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: profiles
-- key: user_id
-- constraint: profiles_user_id_2_fkey
-- rule: foreign-key
-- columns: user_id_2
-- says: users (id_2)
-- statement: first
SELECT "user_id"::text FROM "profiles" ORDER BY "profiles"."user_id" LIMIT 1;
-- statement: boundary
SELECT "user_id"::text FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer))
ORDER BY "profiles"."user_id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("profiles"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "profiles"."user_id_2"))) FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("profiles"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "profiles"."user_id_2"))) FROM "profiles"
WHERE ("user_id") >= (CAST($1::text AS integer));
-- statement: resisting
SELECT "user_id"::text FROM "profiles"
WHERE ("profiles"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "profiles"."user_id_2")) AND ("user_id") >= (CAST($1::text AS integer)) AND ("user_id") < (CAST($2::text AS integer))
ORDER BY "profiles"."user_id" LIMIT $3;
-- statement: resisting in the last
SELECT "user_id"::text FROM "profiles"
WHERE ("profiles"."user_id_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "profiles"."user_id_2")) AND ("user_id") >= (CAST($1::text AS integer))
ORDER BY "profiles"."user_id" LIMIT $2;

-- step: add_reference_profiles_user_id_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "profiles" and "users", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"profiles"'::regclass AND o.confrelid = '"users"'::regclass AND a.attname = 'user_id'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_2_fkey" FOREIGN KEY ("user_id_2") REFERENCES "users" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_2_fkey";

-- step: validate_reference_profiles_user_id_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "profiles", for one scan of the table, and ROW SHARE on "users"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "profiles" VALIDATE CONSTRAINT "profiles_user_id_2_fkey";

-- step: check_rows_users_invited_by_2_fkey
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_invited_by_2_fkey
-- rule: foreign-key
-- columns: invited_by_2
-- says: users (id_2)
-- statement: first
SELECT "id"::text FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "users"
WHERE ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("users"."invited_by_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "users"."invited_by_2"))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("users"."invited_by_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "users"."invited_by_2"))) FROM "users"
WHERE ("id") >= (CAST($1::text AS integer));
-- statement: resisting
SELECT "id"::text FROM "users"
WHERE ("users"."invited_by_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "users"."invited_by_2")) AND ("id") >= (CAST($1::text AS integer)) AND ("id") < (CAST($2::text AS integer))
ORDER BY "users"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "users"
WHERE ("users"."invited_by_2" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "users"."invited_by_2")) AND ("id") >= (CAST($1::text AS integer))
ORDER BY "users"."id" LIMIT $2;

-- step: add_reference_users_invited_by_2_fkey
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"users"'::regclass AND o.confrelid = '"users"'::regclass AND a.attname = 'invited_by'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "users" ADD CONSTRAINT "users_invited_by_2_fkey" FOREIGN KEY ("invited_by_2") REFERENCES "users" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_invited_by_2_fkey";

-- step: validate_reference_users_invited_by_2_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table, and ROW SHARE on "users"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "users" VALIDATE CONSTRAINT "users_invited_by_2_fkey";

-- step: check_rows_visits_user_id_a93bc44f_fkey
-- lock: that of a reader on "visits", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: visits
-- key: id
-- constraint: visits_user_id_a93bc44f_fkey
-- rule: foreign-key
-- columns: user_id
-- says: users (id_2)
-- statement: first
SELECT "id"::text FROM "visits" ORDER BY "visits"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "visits"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("visits"."user_id" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."user_id"))) FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("visits"."user_id" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."user_id"))) FROM "visits"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "visits"
WHERE ("visits"."user_id" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."user_id")) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "visits"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "visits"
WHERE ("visits"."user_id" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "users" AS "colmig referred" WHERE "colmig referred"."id_2" = "visits"."user_id")) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "visits"."id" LIMIT $2;

-- step: add_reference_visits_user_id_a93bc44f_fkey
-- lock: SHARE ROW EXCLUSIVE on "visits" and "users", for an instant
-- safe: NOT VALID: it stands beside the foreign key that the rows satisfy already, and does what that does when a row goes; writers of both tables wait for the instant
DO $colmig$
DECLARE
  does text;
BEGIN
  SELECT CASE o.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
    || CASE o.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
    || CASE WHEN o.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN o.condeferrable THEN ' DEFERRABLE' ELSE '' END
  INTO does FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND o.conkey = ARRAY[a.attnum]
  WHERE o.contype = 'f' AND o.conrelid = '"visits"'::regclass AND o.confrelid = '"users"'::regclass AND a.attname = 'user_id'
  ORDER BY o.conname LIMIT 1;
  EXECUTE 'ALTER TABLE "visits" ADD CONSTRAINT "visits_user_id_a93bc44f_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id_2")' || coalesce(does, '') || ' NOT VALID';
END
$colmig$;
-- revert:
--   ALTER TABLE "visits" DROP CONSTRAINT "visits_user_id_a93bc44f_fkey";

-- step: validate_reference_visits_user_id_a93bc44f_fkey
-- lock: SHARE UPDATE EXCLUSIVE on "visits", for one scan of the table, and ROW SHARE on "users"
-- safe: the scan blocks neither readers nor writers of either table
ALTER TABLE "visits" VALIDATE CONSTRAINT "visits_user_id_a93bc44f_fkey";

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: constrain
-- database: postgres

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "measured_of_the_quarter_before_the_one_that_it_was_reported_a"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND (1) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND (1) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9";

-- step: set_not_null_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a" SET NOT NULL;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a" DROP NOT NULL;

-- step: drop_check_measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9";
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT NULL) NOT VALID;

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4";
CREATE INDEX CONCURRENTLY "measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_a");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4";

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "measured_of_the_quarter_before_the_one_that_it_was_reported_ab"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND (2) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND (2) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6";

-- step: set_not_null_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" SET NOT NULL;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" DROP NOT NULL;

-- step: drop_check_measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6";
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT NULL) NOT VALID;

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_96be1603" CHECK ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_96be1603";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_96be1603";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0";
CREATE INDEX CONCURRENTLY "measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0";

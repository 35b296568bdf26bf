-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: constrain
-- database: postgres

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_de60aad5
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_de60aad5" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_de60aad5";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_de60aad5
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_de60aad5";

-- step: set_not_null_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" SET NOT NULL;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" DROP NOT NULL;

-- step: drop_check_measurements_of_the_quarter_before_the_one_that_was_re_de60aad5
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_de60aad5";
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_de60aad5" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NOT NULL) NOT VALID;

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_364ee50d
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_364ee50d" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" > 0) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_364ee50d";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_364ee50d
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_364ee50d";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87";
CREATE INDEX CONCURRENTLY "measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87";

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_1647354b
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_1647354b" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_1647354b";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_1647354b
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_1647354b";

-- step: set_not_null_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" SET NOT NULL;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ALTER COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" DROP NOT NULL;

-- step: drop_check_measurements_of_the_quarter_before_the_one_that_was_re_1647354b
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_1647354b";
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_1647354b" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NOT NULL) NOT VALID;

-- step: add_check_measurements_of_the_quarter_before_the_one_that_was_re_fc298399
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_fc298399" CHECK ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" > 0) NOT VALID;
-- revert:
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_fc298399";

-- step: validate_check_measurements_of_the_quarter_before_the_one_that_was_re_fc298399
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" VALIDATE CONSTRAINT "measurements_of_the_quarter_before_the_one_that_was_re_fc298399";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_164443fb
-- lock: SHARE UPDATE EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_164443fb";
CREATE INDEX CONCURRENTLY "measurements_of_the_quarter_before_the_one_that_was_re_164443fb" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "measurements_of_the_quarter_before_the_one_that_was_re_164443fb";

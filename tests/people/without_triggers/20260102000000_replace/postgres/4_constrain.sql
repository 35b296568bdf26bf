-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: postgres

-- step: add_check_people_handle_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_handle_not_null";

-- step: validate_check_people_handle_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_handle_not_null";

-- step: set_not_null_people_handle
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "handle" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "handle" DROP NOT NULL;

-- step: drop_check_people_handle_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_handle_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_handle_not_null" CHECK ("handle" IS NOT NULL) NOT VALID;

-- step: create_index_people_handle_idx
-- lock: SHARE UPDATE EXCLUSIVE on "people", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "people_handle_idx";
CREATE INDEX CONCURRENTLY "people_handle_idx" ON "people" ("handle");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "people_handle_idx";

-- step: add_check_people_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_age_2_not_null";

-- step: validate_check_people_age_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_age_2_not_null";

-- step: set_not_null_people_age_2
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "age_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "age_2" DROP NOT NULL;

-- step: drop_check_people_age_2_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_age_2_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_age_2_not_null" CHECK ("age_2" IS NOT NULL) NOT VALID;

-- step: add_check_people_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_first_name_not_null";

-- step: validate_check_people_first_name_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_first_name_not_null";

-- step: set_not_null_people_first_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "first_name" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "first_name" DROP NOT NULL;

-- step: drop_check_people_first_name_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_first_name_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_first_name_not_null" CHECK ("first_name" IS NOT NULL) NOT VALID;

-- step: add_check_people_address_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_address_not_null" CHECK ("address" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_address_not_null";

-- step: validate_check_people_address_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_address_not_null";

-- step: set_not_null_people_address
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "people" ALTER COLUMN "address" SET NOT NULL;
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "address" DROP NOT NULL;

-- step: drop_check_people_address_not_null
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "people" DROP CONSTRAINT "people_address_not_null";
-- revert:
--   ALTER TABLE "people" ADD CONSTRAINT "people_address_not_null" CHECK ("address" IS NOT NULL) NOT VALID;

-- step: add_check_people_address_check
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "people" ADD CONSTRAINT "people_address_check" CHECK (length("address") > 2) NOT VALID;
-- revert:
--   ALTER TABLE "people" DROP CONSTRAINT "people_address_check";

-- step: validate_check_people_address_check
-- lock: SHARE UPDATE EXCLUSIVE on "people", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "people" VALIDATE CONSTRAINT "people_address_check";

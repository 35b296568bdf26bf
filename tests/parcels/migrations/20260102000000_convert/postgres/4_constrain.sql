-- colmig 1
-- migration: 20260102000000_convert
-- phase: constrain
-- database: postgres

-- step: add_check_parcels_grams_not_null
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_grams_not_null" CHECK ("grams" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "parcels" DROP CONSTRAINT "parcels_grams_not_null";

-- step: validate_check_parcels_grams_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "parcels", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "parcels" VALIDATE CONSTRAINT "parcels_grams_not_null";

-- step: set_not_null_parcels_grams
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "parcels" ALTER COLUMN "grams" SET NOT NULL;
-- revert:
--   ALTER TABLE "parcels" ALTER COLUMN "grams" DROP NOT NULL;

-- step: drop_check_parcels_grams_not_null
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "parcels" DROP CONSTRAINT "parcels_grams_not_null";
-- revert:
--   ALTER TABLE "parcels" ADD CONSTRAINT "parcels_grams_not_null" CHECK ("grams" IS NOT NULL) NOT VALID;

-- step: add_check_parcels_grams_check
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "parcels" ADD CONSTRAINT "parcels_grams_check" CHECK ("grams" >= 0) NOT VALID;
-- revert:
--   ALTER TABLE "parcels" DROP CONSTRAINT "parcels_grams_check";

-- step: validate_check_parcels_grams_check
-- lock: SHARE UPDATE EXCLUSIVE on "parcels", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "parcels" VALIDATE CONSTRAINT "parcels_grams_check";

-- step: create_index_parcels_grams_idx
-- lock: SHARE UPDATE EXCLUSIVE on "parcels", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "parcels_grams_idx";
CREATE INDEX CONCURRENTLY "parcels_grams_idx" ON "parcels" ("grams");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "parcels_grams_idx";

-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: postgres

-- step: add_check_items_badge_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_badge_not_null" CHECK ("badge" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_badge_not_null";

-- step: validate_check_items_badge_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_badge_not_null";

-- step: set_not_null_items_badge
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "badge" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "badge" DROP NOT NULL;

-- step: drop_check_items_badge_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_badge_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_badge_not_null" CHECK ("badge" IS NOT NULL) NOT VALID;

-- step: add_check_items_label_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_label_not_null";

-- step: validate_check_items_label_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_label_not_null";

-- step: set_not_null_items_label
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "label" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "label" DROP NOT NULL;

-- step: drop_check_items_label_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_label_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;

-- step: add_check_items_amount_2_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_amount_2_not_null" CHECK ("amount_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_amount_2_not_null";

-- step: validate_check_items_amount_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_amount_2_not_null";

-- step: set_not_null_items_amount_2
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "amount_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "amount_2" DROP NOT NULL;

-- step: drop_check_items_amount_2_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_amount_2_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_amount_2_not_null" CHECK ("amount_2" IS NOT NULL) NOT VALID;

-- step: add_check_items_tone_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_tone_not_null" CHECK ("tone" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_tone_not_null";

-- step: validate_check_items_tone_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_tone_not_null";

-- step: set_not_null_items_tone
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "tone" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "tone" DROP NOT NULL;

-- step: drop_check_items_tone_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_tone_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_tone_not_null" CHECK ("tone" IS NOT NULL) NOT VALID;

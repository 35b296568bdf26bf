-- colmig 1
-- migration: 20261122064500_members_label
-- phase: constrain
-- database: postgres

-- step: add_check_members_label_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_label_not_null";

-- step: validate_check_members_label_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_label_not_null";

-- step: set_not_null_members_label
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "members" ALTER COLUMN "label" SET NOT NULL;
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "label" DROP NOT NULL;

-- step: drop_check_members_label_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "members" DROP CONSTRAINT "members_label_not_null";
-- revert:
--   ALTER TABLE "members" ADD CONSTRAINT "members_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;

-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: constrain
-- database: postgres

-- step: add_check_users_birthday_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "users" ADD CONSTRAINT "users_birthday_not_null" CHECK ("birthday" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "users" DROP CONSTRAINT "users_birthday_not_null";

-- step: validate_check_users_birthday_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "users", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "users" VALIDATE CONSTRAINT "users_birthday_not_null";

-- step: set_not_null_users_birthday
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "users" ALTER COLUMN "birthday" SET NOT NULL;
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "birthday" DROP NOT NULL;

-- step: drop_check_users_birthday_not_null
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "users" DROP CONSTRAINT "users_birthday_not_null";
-- revert:
--   ALTER TABLE "users" ADD CONSTRAINT "users_birthday_not_null" CHECK ("birthday" IS NOT NULL) NOT VALID;

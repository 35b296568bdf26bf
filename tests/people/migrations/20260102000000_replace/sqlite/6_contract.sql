-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_people_handle_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_handle_not_null_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_handle_not_null_insert";

-- step: create_colmig_guard_people_age_2_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_age_2_not_null_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.age_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_age_2_not_null_insert";

-- step: create_colmig_guard_people_first_name_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_first_name_not_null_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.first_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_first_name_not_null_insert";

-- step: create_colmig_guard_people_address_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_not_null_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."address" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.address');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_not_null_insert";

-- step: drop_legacy_people
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "colmig_mirror_people_handle_insert_up";
DROP TRIGGER "colmig_mirror_people_handle_insert_down";
DROP TRIGGER "colmig_mirror_people_handle_update_up";
DROP TRIGGER "colmig_mirror_people_handle_update_down";
DROP TRIGGER "colmig_mirror_people_age_2_insert_up";
DROP TRIGGER "colmig_mirror_people_age_2_insert_down";
DROP TRIGGER "colmig_mirror_people_age_2_update_up";
DROP TRIGGER "colmig_mirror_people_age_2_update_down";
DROP TRIGGER "colmig_mirror_people_first_name_insert_up";
DROP TRIGGER "colmig_mirror_people_first_name_insert_down";
DROP TRIGGER "colmig_mirror_people_first_name_update_up";
DROP TRIGGER "colmig_mirror_people_first_name_update_down";
DROP TRIGGER "colmig_mirror_people_address_insert_up";
DROP TRIGGER "colmig_mirror_people_address_insert_down";
DROP TRIGGER "colmig_mirror_people_address_update_up";
DROP TRIGGER "colmig_mirror_people_address_update_down";
DROP INDEX IF EXISTS "people_nick_idx";
DROP TRIGGER IF EXISTS "colmig_default_people_nick";
DROP TRIGGER IF EXISTS "colmig_guard_people_nick_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_people_nick_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_people_age";
DROP TRIGGER IF EXISTS "colmig_guard_people_age_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_people_age_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_people_name";
DROP TRIGGER IF EXISTS "colmig_guard_people_name_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_people_name_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_people_street";
DROP TRIGGER IF EXISTS "colmig_guard_people_street_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_people_street_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_people_town";
DROP TRIGGER IF EXISTS "colmig_guard_people_town_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_people_town_not_null_update";
ALTER TABLE "people" DROP COLUMN "nick";
ALTER TABLE "people" DROP COLUMN "age";
ALTER TABLE "people" DROP COLUMN "name";
ALTER TABLE "people" DROP COLUMN "street";
ALTER TABLE "people" DROP COLUMN "town";

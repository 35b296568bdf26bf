-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: postgres

-- step: drop_legacy_people_handle
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; the trigger goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_people_handle" ON "people";
DROP FUNCTION "colmig_mirror_people_handle"();
ALTER TABLE "people" DROP COLUMN "nick";

-- step: drop_legacy_people_age_2
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; the trigger goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_people_age_2" ON "people";
DROP FUNCTION "colmig_mirror_people_age_2"();
ALTER TABLE "people" DROP COLUMN "age";

-- step: drop_legacy_people_first_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; the trigger goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_people_first_name" ON "people";
DROP FUNCTION "colmig_mirror_people_first_name"();
ALTER TABLE "people" DROP COLUMN "name";

-- step: drop_legacy_people_address
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; the trigger goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_people_address" ON "people";
DROP FUNCTION "colmig_mirror_people_address"();
ALTER TABLE "people" DROP COLUMN "street", DROP COLUMN "town";

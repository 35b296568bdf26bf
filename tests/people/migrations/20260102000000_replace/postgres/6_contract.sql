-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: postgres

-- step: drop_legacy_people
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_people_handle" ON "people";
DROP FUNCTION "colmig_mirror_people_handle"();
DROP TRIGGER "zz_colmig_mirror_people_age_2" ON "people";
DROP FUNCTION "colmig_mirror_people_age_2"();
DROP TRIGGER "zz_colmig_mirror_people_first_name" ON "people";
DROP FUNCTION "colmig_mirror_people_first_name"();
DROP TRIGGER "zz_colmig_mirror_people_address" ON "people";
DROP FUNCTION "colmig_mirror_people_address"();
ALTER TABLE "people" DROP COLUMN "nick", DROP COLUMN "age", DROP COLUMN "name", DROP COLUMN "street", DROP COLUMN "town";

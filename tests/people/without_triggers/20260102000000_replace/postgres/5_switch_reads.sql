-- colmig 1
-- migration: 20260102000000_replace
-- phase: switch-reads
-- database: postgres

-- step: set_default_people_nick
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "people" ALTER COLUMN "nick" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "nick" DROP DEFAULT;

-- step: set_default_people_age
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "people" ALTER COLUMN "age" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "age" DROP DEFAULT;

-- step: set_default_people_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "people" ALTER COLUMN "name" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "name" DROP DEFAULT;

-- step: set_default_people_street
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "people" ALTER COLUMN "street" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "street" DROP DEFAULT;

-- step: set_default_people_town
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "people" ALTER COLUMN "town" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "people" ALTER COLUMN "town" DROP DEFAULT;

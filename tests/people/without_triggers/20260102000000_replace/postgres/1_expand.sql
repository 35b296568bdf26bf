-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: postgres

-- step: add_column_people_handle
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "handle" text;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "handle";

-- step: add_column_people_age_2
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "age_2" integer;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "age_2";

-- step: add_column_people_first_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "first_name" text;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "first_name";

-- step: add_column_people_last_name
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "last_name" text;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "last_name";

-- step: add_column_people_address
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "address" text;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "address";

-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: sqlite

-- step: add_column_people_handle
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "handle" TEXT;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "handle";

-- step: add_column_people_age_2
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "age_2" INTEGER;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "age_2";

-- step: add_column_people_first_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "first_name" TEXT;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "first_name";

-- step: add_column_people_last_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "last_name" TEXT;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "last_name";

-- step: add_column_people_address
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "people" ADD COLUMN "address" TEXT;
-- revert:
--   ALTER TABLE "people" DROP COLUMN "address";

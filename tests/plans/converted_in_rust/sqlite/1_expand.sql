-- colmig 1
-- migration: 20261122064500_users_years
-- phase: expand
-- database: sqlite

-- step: add_column_users_years
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "years" INTEGER;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "years";

-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: expand
-- database: sqlite

-- step: add_column_users_first_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "first_name" TEXT;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "first_name";

-- step: add_column_users_last_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "last_name" TEXT;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "last_name";

-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: expand
-- database: sqlite

-- step: add_column_users_birthday
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "birthday" DATE;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "birthday";

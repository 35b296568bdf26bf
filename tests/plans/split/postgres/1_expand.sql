-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: expand
-- database: postgres

-- step: add_column_users_first_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "first_name" text;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "first_name";

-- step: add_column_users_last_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "last_name" text;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "last_name";

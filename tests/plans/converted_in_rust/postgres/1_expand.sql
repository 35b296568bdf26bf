-- colmig 1
-- migration: 20261122064500_users_years
-- phase: expand
-- database: postgres

-- step: add_column_users_years
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "years" integer;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "years";

-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: expand
-- database: postgres

-- step: add_column_users_age_2
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "age_2" integer;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "age_2";

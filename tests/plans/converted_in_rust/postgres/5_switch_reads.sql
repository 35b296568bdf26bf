-- colmig 1
-- migration: 20261122064500_users_years
-- phase: switch-reads
-- database: postgres

-- step: set_default_users_age
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "users" ALTER COLUMN "age" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "age" DROP DEFAULT;

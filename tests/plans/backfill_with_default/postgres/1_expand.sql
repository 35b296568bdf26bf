-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: expand
-- database: postgres

-- step: add_column_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle', 'users', 'handle', jsonb_build_object('id', "id")::text, to_jsonb("handle")::text FROM "users"
--   WHERE "handle" IS DISTINCT FROM (lower("first_name"));
--   ALTER TABLE "users" DROP COLUMN "handle";

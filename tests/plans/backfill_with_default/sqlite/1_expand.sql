-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: expand
-- database: sqlite

-- step: add_column_users_handle
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle', 'users', 'handle', json_object('id', quote("id")), quote("handle") FROM "users"
--   WHERE "handle" IS NOT (lower("first_name"));
--   ALTER TABLE "users" DROP COLUMN "handle";

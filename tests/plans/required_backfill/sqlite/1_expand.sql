-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: expand
-- database: sqlite

-- step: add_column_users_display_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "display_name" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', json_object('id', quote("id")), quote("display_name") FROM "users"
--   WHERE "display_name" IS NOT ("first_name" || ' ' || "last_name");
--   ALTER TABLE "users" DROP COLUMN "display_name";

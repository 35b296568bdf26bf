-- colmig 1
-- migration: 20261122064500_users_nick
-- phase: expand
-- database: sqlite

-- step: add_column_users_nick
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "nick" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_nick', 'users', 'nick', json_object('id', quote("id")), quote("nick") FROM "users"
--   WHERE "nick" IS NOT (NULL);
--   ALTER TABLE "users" DROP COLUMN "nick";

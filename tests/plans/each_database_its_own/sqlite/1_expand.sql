-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: expand
-- database: sqlite

-- step: add_column_users_initial
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "initial" TEXT COLLATE NOCASE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_initial', 'users', 'initial', json_object('id', quote("id")), quote("initial") FROM "users"
--   WHERE "initial" IS NOT (substr("first_name", 1, 1));
--   ALTER TABLE "users" DROP COLUMN "initial";

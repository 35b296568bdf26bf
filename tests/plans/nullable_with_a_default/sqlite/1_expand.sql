-- colmig 1
-- migration: 20261122064500_users_language
-- phase: expand
-- database: sqlite

-- step: add_column_users_language
-- lock: the database's write lock, for an instant
-- safe: a literal default is kept in the schema: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "language" TEXT DEFAULT 'en';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_language', 'users', 'language', json_object('id', quote("id")), quote("language") FROM "users"
--   WHERE "language" IS NOT ('en');
--   ALTER TABLE "users" DROP COLUMN "language";

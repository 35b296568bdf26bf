-- colmig 1
-- migration: 20261122064500_users_logins
-- phase: expand
-- database: sqlite

-- step: add_column_users_logins
-- lock: the database's write lock, for an instant
-- safe: a literal default is kept in the schema: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "logins" INTEGER NOT NULL DEFAULT 0;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_logins', 'users', 'logins', json_object('id', quote("id")), quote("logins") FROM "users"
--   WHERE "logins" IS NOT (0);
--   ALTER TABLE "users" DROP COLUMN "logins";

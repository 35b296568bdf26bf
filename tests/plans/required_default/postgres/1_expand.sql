-- colmig 1
-- migration: 20261122064500_users_logins
-- phase: expand
-- database: postgres

-- step: add_column_users_logins
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "logins" integer NOT NULL DEFAULT 0;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_logins', 'users', 'logins', jsonb_build_object('id', "id")::text, to_jsonb("logins")::text FROM "users"
--   WHERE "logins" IS DISTINCT FROM (0);
--   ALTER TABLE "users" DROP COLUMN "logins";

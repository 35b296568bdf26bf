-- colmig 1
-- migration: 20261122064500_users_language
-- phase: expand
-- database: postgres

-- step: add_column_users_language
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "language" text DEFAULT 'en';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_language', 'users', 'language', jsonb_build_object('id', "id")::text, to_jsonb("language")::text FROM "users"
--   WHERE "language" IS DISTINCT FROM ('en');
--   ALTER TABLE "users" DROP COLUMN "language";

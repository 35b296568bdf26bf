-- colmig 1
-- migration: 20261122064500_users_nick
-- phase: expand
-- database: postgres

-- step: add_column_users_nick
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "nick" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_nick', 'users', 'nick', jsonb_build_object('id', "id")::text, to_jsonb("nick")::text FROM "users"
--   WHERE "nick" IS DISTINCT FROM (NULL);
--   ALTER TABLE "users" DROP COLUMN "nick";

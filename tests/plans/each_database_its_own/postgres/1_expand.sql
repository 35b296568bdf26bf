-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: expand
-- database: postgres

-- step: add_column_users_initial
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "initial" citext;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_initial', 'users', 'initial', jsonb_build_object('id', "id")::text, to_jsonb("initial")::text FROM "users"
--   WHERE "initial" IS DISTINCT FROM (left("first_name", 1));
--   ALTER TABLE "users" DROP COLUMN "initial";

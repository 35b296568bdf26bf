-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: expand
-- database: postgres

-- step: add_column_users_display_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "display_name" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', jsonb_build_object('id', "id")::text, to_jsonb("display_name")::text FROM "users"
--   WHERE "display_name" IS DISTINCT FROM ("first_name" || ' ' || "last_name");
--   ALTER TABLE "users" DROP COLUMN "display_name";

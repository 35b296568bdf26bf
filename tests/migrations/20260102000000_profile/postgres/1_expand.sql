-- colmig 1
-- migration: 20260102000000_profile
-- phase: expand
-- database: postgres

-- step: add_column_users_display_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "display_name" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'display_name', jsonb_build_object('id', "id")::text, to_jsonb("display_name")::text FROM "users"
--   WHERE "display_name" IS DISTINCT FROM ("first_name" || ' ' || "last_name");
--   ALTER TABLE "users" DROP COLUMN "display_name";

-- step: add_column_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'handle', jsonb_build_object('id', "id")::text, to_jsonb("handle")::text FROM "users"
--   WHERE "handle" IS DISTINCT FROM ('user ' || "id");
--   ALTER TABLE "users" DROP COLUMN "handle";

-- step: add_column_users_plan
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "plan" text NOT NULL DEFAULT 'free';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'plan', jsonb_build_object('id', "id")::text, to_jsonb("plan")::text FROM "users"
--   WHERE "plan" IS DISTINCT FROM ('free');
--   ALTER TABLE "users" DROP COLUMN "plan";

-- step: add_column_users_nick
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "nick" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'nick', jsonb_build_object('id', "id")::text, to_jsonb("nick")::text FROM "users"
--   WHERE "nick" IS DISTINCT FROM (NULL);
--   ALTER TABLE "users" DROP COLUMN "nick";

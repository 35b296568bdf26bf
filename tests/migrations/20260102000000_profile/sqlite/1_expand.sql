-- colmig 1
-- migration: 20260102000000_profile
-- phase: expand
-- database: sqlite

-- step: add_column_users_display_name
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "display_name" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'display_name', json_object('id', quote("id")), quote("display_name") FROM "users"
--   WHERE "display_name" IS NOT ("first_name" || ' ' || "last_name");
--   ALTER TABLE "users" DROP COLUMN "display_name";

-- step: add_column_users_handle
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'handle', json_object('id', quote("id")), quote("handle") FROM "users"
--   WHERE "handle" IS NOT ('user ' || "id");
--   ALTER TABLE "users" DROP COLUMN "handle";

-- step: add_column_users_plan
-- lock: the database's write lock, for an instant
-- safe: a literal default is kept in the schema: no row is rewritten, old rows hold it at once
ALTER TABLE "users" ADD COLUMN "plan" TEXT NOT NULL DEFAULT 'free';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'plan', json_object('id', quote("id")), quote("plan") FROM "users"
--   WHERE "plan" IS NOT ('free');
--   ALTER TABLE "users" DROP COLUMN "plan";

-- step: add_column_users_nick
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "nick" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'nick', json_object('id', quote("id")), quote("nick") FROM "users"
--   WHERE "nick" IS NOT (NULL);
--   ALTER TABLE "users" DROP COLUMN "nick";

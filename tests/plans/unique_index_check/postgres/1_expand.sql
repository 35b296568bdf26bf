-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: expand
-- database: postgres

-- step: add_column_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'handle', jsonb_build_object('id', "id")::text, to_jsonb("handle")::text FROM "users"
--   WHERE "handle" IS DISTINCT FROM ("first_name" || "id");
--   ALTER TABLE "users" DROP COLUMN "handle";

-- step: add_column_users_city
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "city" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'city', jsonb_build_object('id', "id")::text, to_jsonb("city")::text FROM "users"
--   WHERE "city" IS DISTINCT FROM (NULL);
--   ALTER TABLE "users" DROP COLUMN "city";

-- step: add_column_users_age
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "age" smallint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'age', jsonb_build_object('id', "id")::text, to_jsonb("age")::text FROM "users"
--   WHERE "age" IS DISTINCT FROM (NULL);
--   ALTER TABLE "users" DROP COLUMN "age";

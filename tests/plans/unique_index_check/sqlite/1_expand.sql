-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: expand
-- database: sqlite

-- step: add_column_users_handle
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "handle" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'handle', json_object('id', quote("id")), quote("handle") FROM "users"
--   WHERE "handle" IS NOT ("first_name" || "id");
--   ALTER TABLE "users" DROP COLUMN "handle";

-- step: add_column_users_city
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "city" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'city', json_object('id', quote("id")), quote("city") FROM "users"
--   WHERE "city" IS NOT (NULL);
--   ALTER TABLE "users" DROP COLUMN "city";

-- step: add_column_users_age
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "age" INTEGER;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'age', json_object('id', quote("id")), quote("age") FROM "users"
--   WHERE "age" IS NOT (NULL);
--   ALTER TABLE "users" DROP COLUMN "age";

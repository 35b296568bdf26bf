-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_users_first_name
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_users_first_name_insert_up" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."first_name" IS NULL AND NEW."last_name" IS NULL AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "users" SET "first_name" = (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))), "last_name" = (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_first_name_insert_down" AFTER INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NULL AND NEW."last_name" IS NULL) AND NEW."name" IS NULL AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "users" SET "name" = (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_first_name_update_up" AFTER UPDATE OF "name" ON "users"
FOR EACH ROW WHEN NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name" AND NOT (NEW."name" IS OLD."name") AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), ''))) AND (NEW."name" IS NOT (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))))
BEGIN
  UPDATE "users" SET "first_name" = (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))), "last_name" = (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_first_name_update_down" AFTER UPDATE OF "first_name", "last_name" ON "users"
FOR EACH ROW WHEN NEW."name" IS OLD."name" AND NOT (NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name") AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "users" SET "name" = (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'first_name', json_object('id', quote("id")), quote("first_name") FROM "users"
--   WHERE "first_name" IS NOT NULL AND "first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', ''))));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'last_name', json_object('id', quote("id")), quote("last_name") FROM "users"
--   WHERE "last_name" IS NOT NULL AND "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''));
--   DROP TRIGGER "colmig_mirror_users_first_name_insert_up";
--   DROP TRIGGER "colmig_mirror_users_first_name_insert_down";
--   DROP TRIGGER "colmig_mirror_users_first_name_update_up";
--   DROP TRIGGER "colmig_mirror_users_first_name_update_down";

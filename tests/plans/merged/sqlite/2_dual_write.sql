-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_users_display_name
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_users_display_name_insert_up" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."display_name" IS NULL AND (NEW."display_name" IS NOT (ltrim(NEW."first_name" || ' ' || NEW."last_name")))
BEGIN
  UPDATE "users" SET "display_name" = (ltrim(NEW."first_name" || ' ' || NEW."last_name")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_display_name_insert_down" AFTER INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."display_name" IS NULL) AND NEW."first_name" IS NULL AND NEW."last_name" IS NULL AND (NEW."display_name" IS NOT (ltrim(NEW."first_name" || ' ' || NEW."last_name")))
BEGIN
  UPDATE "users" SET "first_name" = (rtrim(rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')))), "last_name" = (replace(NEW."display_name", rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_display_name_update_up" AFTER UPDATE OF "first_name", "last_name" ON "users"
FOR EACH ROW WHEN NEW."display_name" IS OLD."display_name" AND NOT (NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name") AND (NEW."display_name" IS NOT (ltrim(NEW."first_name" || ' ' || NEW."last_name"))) AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')))) OR NEW."last_name" IS NOT (replace(NEW."display_name", rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')), '')))
BEGIN
  UPDATE "users" SET "display_name" = (ltrim(NEW."first_name" || ' ' || NEW."last_name")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_display_name_update_down" AFTER UPDATE OF "display_name" ON "users"
FOR EACH ROW WHEN NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name" AND NOT (NEW."display_name" IS OLD."display_name") AND (NEW."display_name" IS NOT (ltrim(NEW."first_name" || ' ' || NEW."last_name")))
BEGIN
  UPDATE "users" SET "first_name" = (rtrim(rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')))), "last_name" = (replace(NEW."display_name", rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')), '')) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', json_object('id', quote("id")), quote("display_name") FROM "users"
--   WHERE "display_name" IS NOT NULL AND "display_name" IS NOT (ltrim("first_name" || ' ' || "last_name"));
--   DROP TRIGGER "colmig_mirror_users_display_name_insert_up";
--   DROP TRIGGER "colmig_mirror_users_display_name_insert_down";
--   DROP TRIGGER "colmig_mirror_users_display_name_update_up";
--   DROP TRIGGER "colmig_mirror_users_display_name_update_down";

-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_users_family_name
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_users_family_name_insert_up" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."family_name" IS NULL AND (NEW."family_name" IS NOT (NEW."surname"))
BEGIN
  UPDATE "users" SET "family_name" = (NEW."surname") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_family_name_insert_down" AFTER INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."family_name" IS NULL) AND NEW."surname" IS NULL AND (NEW."family_name" IS NOT (NEW."surname"))
BEGIN
  UPDATE "users" SET "surname" = (NEW."family_name") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_family_name_update_up" AFTER UPDATE OF "surname" ON "users"
FOR EACH ROW WHEN NEW."family_name" IS OLD."family_name" AND NOT (NEW."surname" IS OLD."surname") AND (NEW."family_name" IS NOT (NEW."surname")) AND (NEW."surname" IS NOT (NEW."family_name"))
BEGIN
  UPDATE "users" SET "family_name" = (NEW."surname") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_family_name_update_down" AFTER UPDATE OF "family_name" ON "users"
FOR EACH ROW WHEN NEW."surname" IS OLD."surname" AND NOT (NEW."family_name" IS OLD."family_name") AND (NEW."family_name" IS NOT (NEW."surname"))
BEGIN
  UPDATE "users" SET "surname" = (NEW."family_name") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_family_name', 'users', 'family_name', json_object('id', quote("id")), quote("family_name") FROM "users"
--   WHERE "family_name" IS NOT NULL AND "family_name" IS NOT ("surname");
--   DROP TRIGGER "colmig_mirror_users_family_name_insert_up";
--   DROP TRIGGER "colmig_mirror_users_family_name_insert_down";
--   DROP TRIGGER "colmig_mirror_users_family_name_update_up";
--   DROP TRIGGER "colmig_mirror_users_family_name_update_down";

-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_users_birthday
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_users_birthday_insert_up" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."birthday" IS NULL AND (NEW."birthday" IS NOT (date(NEW."born")))
BEGIN
  UPDATE "users" SET "birthday" = (date(NEW."born")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_birthday_insert_down" AFTER INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."birthday" IS NULL) AND (NEW."born" IS NULL OR NEW."born" IS ('')) AND (NEW."birthday" IS NOT (date(NEW."born")))
BEGIN
  UPDATE "users" SET "born" = (NEW."birthday") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_birthday_update_up" AFTER UPDATE OF "born" ON "users"
FOR EACH ROW WHEN NEW."birthday" IS OLD."birthday" AND NOT (NEW."born" IS OLD."born") AND (NEW."birthday" IS NOT (date(NEW."born"))) AND (NEW."born" IS NOT (NEW."birthday"))
BEGIN
  UPDATE "users" SET "birthday" = (date(NEW."born")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_birthday_update_down" AFTER UPDATE OF "birthday" ON "users"
FOR EACH ROW WHEN NEW."born" IS OLD."born" AND NOT (NEW."birthday" IS OLD."birthday") AND (NEW."birthday" IS NOT (date(NEW."born")))
BEGIN
  UPDATE "users" SET "born" = (NEW."birthday") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_birthday', 'users', 'birthday', json_object('id', quote("id")), quote("birthday") FROM "users"
--   WHERE "birthday" IS NOT NULL AND "birthday" IS NOT (date("born"));
--   DROP TRIGGER "colmig_mirror_users_birthday_insert_up";
--   DROP TRIGGER "colmig_mirror_users_birthday_insert_down";
--   DROP TRIGGER "colmig_mirror_users_birthday_update_up";
--   DROP TRIGGER "colmig_mirror_users_birthday_update_down";

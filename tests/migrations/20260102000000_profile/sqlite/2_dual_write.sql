-- colmig 1
-- migration: 20260102000000_profile
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_users_display_name
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_users_display_name" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."display_name" IS NULL
BEGIN
  UPDATE "users" SET "display_name" = (NEW."first_name" || ' ' || NEW."last_name") WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_users_display_name";

-- step: create_colmig_fill_users_handle
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_users_handle" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."handle" IS NULL
BEGIN
  UPDATE "users" SET "handle" = ('user ' || NEW."id") WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_users_handle";

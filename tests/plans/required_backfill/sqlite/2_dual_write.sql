-- colmig 1
-- migration: 20261122064500_users_display_name
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

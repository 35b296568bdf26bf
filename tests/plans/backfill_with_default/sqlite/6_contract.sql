-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: contract
-- database: sqlite

-- step: create_colmig_default_users_handle
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_default_users_handle" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."handle" IS NULL
BEGIN
  UPDATE "users" SET "handle" = ('unknown') WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_default_users_handle";

-- step: drop_colmig_fill_users_handle
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_users_handle";
-- revert:
--   CREATE TRIGGER "colmig_fill_users_handle" AFTER INSERT ON "users"
--   FOR EACH ROW WHEN NEW."handle" IS NULL
--   BEGIN
--     UPDATE "users" SET "handle" = (lower(NEW."first_name")) WHERE "id" = NEW."id";
--   END;

-- colmig 1
-- migration: 20260102000000_profile
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_users_display_name_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_display_name_not_null_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."display_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.display_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_display_name_not_null_insert";

-- step: drop_colmig_fill_users_display_name
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_users_display_name";
-- revert:
--   CREATE TRIGGER "colmig_fill_users_display_name" AFTER INSERT ON "users"
--   FOR EACH ROW WHEN NEW."display_name" IS NULL
--   BEGIN
--     UPDATE "users" SET "display_name" = (NEW."first_name" || ' ' || NEW."last_name") WHERE "id" = NEW."id";
--   END;

-- step: create_colmig_guard_users_handle_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_handle_not_null_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_handle_not_null_insert";

-- step: drop_colmig_fill_users_handle
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_users_handle";
-- revert:
--   CREATE TRIGGER "colmig_fill_users_handle" AFTER INSERT ON "users"
--   FOR EACH ROW WHEN NEW."handle" IS NULL
--   BEGIN
--     UPDATE "users" SET "handle" = ('user ' || NEW."id") WHERE "id" = NEW."id";
--   END;

-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_users_initial_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_initial_not_null_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."initial" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.initial');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_initial_not_null_insert";

-- step: drop_colmig_fill_users_initial
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_users_initial";
-- revert:
--   CREATE TRIGGER "colmig_fill_users_initial" AFTER INSERT ON "users"
--   FOR EACH ROW WHEN NEW."initial" IS NULL
--   BEGIN
--     UPDATE "users" SET "initial" = (substr(NEW."first_name", 1, 1)) WHERE "id" = NEW."id";
--   END;

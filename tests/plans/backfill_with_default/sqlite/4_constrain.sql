-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_users_handle_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_handle_not_null_update" BEFORE UPDATE OF "handle" ON "users"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_handle_not_null_update";

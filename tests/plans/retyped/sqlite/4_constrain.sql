-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_users_age_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_age_2_not_null_update" BEFORE UPDATE OF "age_2" ON "users"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.age_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_age_2_not_null_update";

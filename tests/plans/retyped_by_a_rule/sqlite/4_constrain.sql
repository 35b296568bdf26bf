-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_users_birthday_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_birthday_not_null_update" BEFORE UPDATE OF "birthday" ON "users"
FOR EACH ROW WHEN NOT (NEW."birthday" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.birthday');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_birthday_not_null_update";

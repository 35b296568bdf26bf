-- colmig 1
-- migration: 20261122064500_users_years
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_users_years_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_years_not_null_update" BEFORE UPDATE OF "years" ON "users"
FOR EACH ROW WHEN NOT (NEW."years" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.years');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_years_not_null_update";

-- step: create_index_users_years_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "users_years_idx" ON "users" ("years");
-- revert:
--   DROP INDEX "users_years_idx";

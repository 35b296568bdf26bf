-- colmig 1
-- migration: 20261122064500_users_years
-- phase: contract
-- database: sqlite

-- step: check_dependents_users
-- lock: the database's write lock, for an instant
-- safe: the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of this phase
-- check dependents: users
-- columns: age
-- statement: prepare
ALTER TABLE "users" RENAME COLUMN "age" TO "colmig_going_0";
-- statement: dependents
SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, 'colmig_going') > 0 AND (name <> 'users' OR length(sql) - length(replace(sql, 'colmig_going', '')) > 1 * length('colmig_going')) AND name NOT IN ('') AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1;

-- step: create_colmig_guard_users_years_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_years_not_null_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."years" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.years');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_years_not_null_insert";

-- step: drop_legacy_users
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER IF EXISTS "colmig_default_users_age";
DROP TRIGGER IF EXISTS "colmig_guard_users_age_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_users_age_not_null_update";
ALTER TABLE "users" DROP COLUMN "age";

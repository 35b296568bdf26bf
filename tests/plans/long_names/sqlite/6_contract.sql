-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_86e706e9
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_86e706e9" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_a');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_86e706e9";

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc";
-- revert:
--   CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL
--   BEGIN
--     UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1) WHERE "id" = NEW."id";
--   END;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_f73cd74f
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_f73cd74f" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_ab');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_f73cd74f";

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff";
-- revert:
--   CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL
--   BEGIN
--     UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2) WHERE "id" = NEW."id";
--   END;

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_81b89e31
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_81b89e31" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_81b89e31";

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce";
-- revert:
--   CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NULL
--   BEGIN
--     UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" = (1) WHERE "id" = NEW."id";
--   END;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_bd959d9b
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_bd959d9b" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_bd959d9b";

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca";
-- revert:
--   CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NULL
--   BEGIN
--     UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" = (2) WHERE "id" = NEW."id";
--   END;

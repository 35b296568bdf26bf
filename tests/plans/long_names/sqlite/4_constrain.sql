-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_9165dbbf
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_9165dbbf" BEFORE UPDATE OF "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_9165dbbf";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_b1302f6e
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_b1302f6e" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_364ee50d');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_b1302f6e";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_425abbd8
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_425abbd8" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_364ee50d');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_425abbd8";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_7d38cd87";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_c487e37e
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_c487e37e" BEFORE UPDATE OF "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_c487e37e";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_1e598772
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_1e598772" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_fc298399');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_1e598772";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_a5d5fe6a
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_a5d5fe6a" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_fc298399');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_a5d5fe6a";

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_164443fb
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_164443fb" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_164443fb";

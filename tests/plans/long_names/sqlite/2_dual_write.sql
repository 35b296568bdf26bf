-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL
BEGIN
  UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1) WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc";

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff" AFTER INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL
BEGIN
  UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2) WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff";

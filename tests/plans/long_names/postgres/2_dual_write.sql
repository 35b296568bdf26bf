-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc
-- lock: SHARE ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" := (1);
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__a6b27937" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__a6b27937" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
--   DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc"();

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff
-- lock: SHARE ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" := (2);
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__5b3a615e" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__5b3a615e" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
--   DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff"();

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_57cd4bc3
-- lock: SHARE ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_57cd4bc3"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" := (1);
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__59ef2017" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_57cd4bc3"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__59ef2017" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
--   DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_57cd4bc3"();

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_b67fc48c
-- lock: SHARE ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b67fc48c"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" := (2);
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__d9cb6a22" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b67fc48c"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__d9cb6a22" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
--   DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b67fc48c"();

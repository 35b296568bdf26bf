-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__38e89c39" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce"();
-- revert:
--   CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" := (1);
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__38e89c39" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_b71b87ce"();

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__50df785a" ON "measurements_of_the_quarter_before_the_one_that_was_reported";
DROP FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca"();
-- revert:
--   CREATE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" := (2);
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_measurements_of_the_quarter_before_the__50df785a" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
--   FOR EACH ROW WHEN (NEW."measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NULL) EXECUTE FUNCTION "colmig_fill_measurements_of_the_quarter_before_the_one_5bcdb1ca"();

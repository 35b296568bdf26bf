-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: expand
-- database: postgres

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" bigint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a', jsonb_build_object('id', "id")::text, to_jsonb("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a")::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS DISTINCT FROM (1);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a";

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" bigint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab', jsonb_build_object('id', "id")::text, to_jsonb("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab")::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS DISTINCT FROM (2);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab";

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: expand
-- database: postgres

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a" bigint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_a', jsonb_build_object('id', "id")::text, to_jsonb("measured_of_the_quarter_before_the_one_that_it_was_reported_a")::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS DISTINCT FROM (1);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a";

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: ACCESS EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" bigint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_ab', jsonb_build_object('id', "id")::text, to_jsonb("measured_of_the_quarter_before_the_one_that_it_was_reported_ab")::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS DISTINCT FROM (2);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab";

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: expand
-- database: sqlite

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a" INTEGER;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_a', json_object('id', quote("id")), quote("measured_of_the_quarter_before_the_one_that_it_was_reported_a") FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT (1);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_a";

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" INTEGER;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_ab', json_object('id', quote("id")), quote("measured_of_the_quarter_before_the_one_that_it_was_reported_ab") FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT (2);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measured_of_the_quarter_before_the_one_that_it_was_reported_ab";

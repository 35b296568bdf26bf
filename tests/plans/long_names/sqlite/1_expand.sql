-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the
-- phase: expand
-- database: sqlite

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" INTEGER;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a', json_object('id', quote("id")), quote("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a") FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a" IS NOT (1);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_a";

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" ADD COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" INTEGER;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measurements_of_the', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab', json_object('id', quote("id")), quote("measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab") FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
--   WHERE "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab" IS NOT (2);
--   ALTER TABLE "measurements_of_the_quarter_before_the_one_that_was_reported" DROP COLUMN "measurements_of_the_quarter_before_the_one_in_which_it_was_reported_ab";

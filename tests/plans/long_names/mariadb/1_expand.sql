-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: expand
-- database: mariadb

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` ADD COLUMN IF NOT EXISTS `measured_of_the_quarter_before_the_one_that_it_was_reported_a` bigint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_a', JSON_OBJECT('id', `id`), QUOTE(`measured_of_the_quarter_before_the_one_that_it_was_reported_a`) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
--   WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` <=> (1));
--   ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` DROP COLUMN IF EXISTS `measured_of_the_quarter_before_the_one_that_it_was_reported_a`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` ADD COLUMN IF NOT EXISTS `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` bigint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua', 'measurements_of_the_quarter_before_the_one_that_was_reported', 'measured_of_the_quarter_before_the_one_that_it_was_reported_ab', JSON_OBJECT('id', `id`), QUOTE(`measured_of_the_quarter_before_the_one_that_it_was_reported_ab`) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
--   WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` <=> (2));
--   ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` DROP COLUMN IF EXISTS `measured_of_the_quarter_before_the_one_that_it_was_reported_ab`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: contract
-- database: mariadb

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_e20e11a9
-- rule: not-null
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_38fcd3c6
-- rule: not-null
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;

-- step: set_measurements_of_the_quarter_before_the_one_that_was_reported_not_null
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` MODIFY COLUMN `measured_of_the_quarter_before_the_one_that_it_was_reported_a` bigint NOT NULL, MODIFY COLUMN `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` bigint NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN
--       SET NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1);
--     END IF;
--   END;

-- step: drop_colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN
--       SET NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2);
--     END IF;
--   END;

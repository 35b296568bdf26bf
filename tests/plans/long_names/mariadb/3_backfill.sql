-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: backfill
-- database: mariadb

-- step: backfill_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: the rows of one batch of `measurements_of_the_quarter_before_the_one_that_was_reported`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE `id` >= $1 AND `id` < $2 ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3) AS `measurements_of_the_quarter_before_the_one_that_was_reported`) AS `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL LIMIT $1;

-- step: backfill_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: the rows of one batch of `measurements_of_the_quarter_before_the_one_that_was_reported`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE `id` >= $1 AND `id` < $2 ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3) AS `measurements_of_the_quarter_before_the_one_that_was_reported`) AS `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL LIMIT $1;

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- rule: check
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- says: `measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) AND `id` >= $1 AND `id` < $2
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- rule: check
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- says: `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) AND `id` >= $1 AND `id` < $2
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;

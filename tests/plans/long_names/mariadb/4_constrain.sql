-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: constrain
-- database: mariadb

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`measured_of_the_quarter_before_the_one_that_it_was_reported_a` AS char) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND (1) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL AND (1) IS NOT NULL AND `id` >= $1;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9`;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b` BEFORE UPDATE ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b`;

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- lock: the rows of one batch of `measurements_of_the_quarter_before_the_one_that_was_reported`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
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
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `id` = `id`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `id` = `id`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_a` > 0) LIMIT $1;

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4` ON `measurements_of_the_quarter_before_the_one_that_was_reported` (`measured_of_the_quarter_before_the_one_that_it_was_reported_a`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` DROP INDEX IF EXISTS `measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: that of a reader on `measurements_of_the_quarter_before_the_one_that_was_reported`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- statement: first
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN 1 END) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` AS char) FROM `measurements_of_the_quarter_before_the_one_that_was_reported`
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND `id` >= $1
ORDER BY `measurements_of_the_quarter_before_the_one_that_was_reported`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND (2) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2)
WHERE `measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL AND (2) IS NOT NULL AND `id` >= $1;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_777f021e
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_777f021e` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_96be1603';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_777f021e`;

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe` BEFORE UPDATE ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_96be1603';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe`;

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- lock: the rows of one batch of `measurements_of_the_quarter_before_the_one_that_was_reported`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
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
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `id` = `id`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `measurements_of_the_quarter_before_the_one_that_was_reported` SET `id` = `id`
WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `measurements_of_the_quarter_before_the_one_that_was_reported` WHERE NOT (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` > 0) LIMIT $1;

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0` ON `measurements_of_the_quarter_before_the_one_that_was_reported` (`measured_of_the_quarter_before_the_one_that_it_was_reported_ab`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `measurements_of_the_quarter_before_the_one_that_was_reported` DROP INDEX IF EXISTS `measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0`, ALGORITHM=NOCOPY, LOCK=NONE;

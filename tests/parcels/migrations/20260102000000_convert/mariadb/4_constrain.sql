-- colmig 1
-- migration: 20260102000000_convert
-- phase: constrain
-- database: mariadb

-- step: create_colmig_guard_parcels_grams_check_insert
-- lock: an exclusive metadata lock on `parcels`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_parcels_grams_check_insert` BEFORE INSERT ON `parcels`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`grams` >= 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: parcels_grams_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_parcels_grams_check_insert`;

-- step: create_colmig_guard_parcels_grams_check_update
-- lock: an exclusive metadata lock on `parcels`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_parcels_grams_check_update` BEFORE UPDATE ON `parcels`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`grams` >= 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: parcels_grams_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_parcels_grams_check_update`;

-- step: prove_parcels_grams_check
-- lock: the rows of one batch of `parcels`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
-- backfill: parcels
-- key: depot, id
-- statement: first
SELECT `depot`, `id` FROM `parcels` ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1;
-- statement: boundary
SELECT `depot`, `id` FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1 OFFSET $3;
-- statement: bounds
SELECT `depot`, `id` FROM (SELECT `depot`, `id`, row_number() OVER (ORDER BY `parcels`.`depot`, `parcels`.`id`) AS `colmig number`
FROM `parcels` WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4) ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT $5) AS `parcels`
WHERE `colmig number` % $6 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `parcels` SET `depot` = `depot`
WHERE NOT (`grams` >= 0) AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4);
-- statement: last
UPDATE `parcels` SET `depot` = `depot`
WHERE NOT (`grams` >= 0) AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2);
-- statement: pending
SELECT `depot`, `id` FROM `parcels` WHERE NOT (`grams` >= 0) LIMIT $1;

-- step: create_index_parcels_grams_idx
-- lock: an exclusive metadata lock on `parcels`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `parcels_grams_idx` ON `parcels` (`grams`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `parcels` DROP INDEX IF EXISTS `parcels_grams_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: mariadb

-- step: compare_people_handle
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: nick
-- targets: handle
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`nick` AS char), CAST(`handle` AS char) FROM `people`
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `people` SET `handle` = (`nick`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND NOT (`nick` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `people` SET `handle` = (`nick`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND NOT (`nick` IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `people` SET `nick` = (`handle`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND NOT (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`handle` USING utf8mb4) AS binary))) AND NOT (`handle` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `people` SET `nick` = (`handle`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND NOT (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`handle` USING utf8mb4) AS binary))) AND NOT (`handle` IS NULL) AND `id` >= $1;

-- step: create_index_people_handle_idx
-- lock: an exclusive metadata lock on `people`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `people_handle_idx` ON `people` (`handle`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP INDEX IF EXISTS `people_handle_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: compare_people_age_2
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`age` AS char), CAST(`age_2` AS char) FROM `people`
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `people` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT ((CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `people` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT ((CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `people` SET `age` = (CAST(`age_2` AS char))
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT (NOT (`age_2` <=> (CASE WHEN (CAST(`age_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`age_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`age_2` AS char)) AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST(`age_2` AS char)) AS signed) END END))) AND NOT (`age_2` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `people` SET `age` = (CAST(`age_2` AS char))
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT (NOT (`age_2` <=> (CASE WHEN (CAST(`age_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`age_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`age_2` AS char)) AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST(`age_2` AS char)) AS signed) END END))) AND NOT (`age_2` IS NULL) AND `id` >= $1;

-- step: compare_people_first_name_last_name
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`name` AS char), CAST(`first_name` AS char), CAST(`last_name` AS char) FROM `people`
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `people` SET `first_name` = (RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))), `last_name` = (NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT ((RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `people` SET `first_name` = (RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))), `last_name` = (NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT ((RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `people` SET `name` = (ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), CHAR_LENGTH((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))) - CHAR_LENGTH(SUBSTRING_INDEX((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1), '') USING utf8mb4) AS binary))) AND NOT (`first_name` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `people` SET `name` = (ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), CHAR_LENGTH((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))) - CHAR_LENGTH(SUBSTRING_INDEX((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1), '') USING utf8mb4) AS binary))) AND NOT (`first_name` IS NULL) AND `id` >= $1;

-- step: compare_people_address
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: street, town
-- targets: address
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`street` AS char), CAST(`town` AS char), CAST(`address` AS char) FROM `people`
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `people` SET `address` = (CONCAT(`street`, ' ', `town`))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND NOT ((CONCAT(`street`, ' ', `town`)) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `people` SET `address` = (CONCAT(`street`, ' ', `town`))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND NOT ((CONCAT(`street`, ' ', `town`)) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `people` SET `street` = (RTRIM(LEFT(`address`, CHAR_LENGTH(`address`) - CHAR_LENGTH(SUBSTRING_INDEX(`address`, ' ', -1))))), `town` = (SUBSTRING_INDEX(`address`, ' ', -1))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND NOT (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT((RTRIM(LEFT(`address`, CHAR_LENGTH(`address`) - CHAR_LENGTH(SUBSTRING_INDEX(`address`, ' ', -1))))), ' ', (SUBSTRING_INDEX(`address`, ' ', -1))) USING utf8mb4) AS binary))) AND NOT (`address` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `people` SET `street` = (RTRIM(LEFT(`address`, CHAR_LENGTH(`address`) - CHAR_LENGTH(SUBSTRING_INDEX(`address`, ' ', -1))))), `town` = (SUBSTRING_INDEX(`address`, ' ', -1))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND NOT (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT((RTRIM(LEFT(`address`, CHAR_LENGTH(`address`) - CHAR_LENGTH(SUBSTRING_INDEX(`address`, ' ', -1))))), ' ', (SUBSTRING_INDEX(`address`, ' ', -1))) USING utf8mb4) AS binary))) AND NOT (`address` IS NULL) AND `id` >= $1;

-- step: create_colmig_guard_people_address_check_insert
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_people_address_check_insert` BEFORE INSERT ON `people`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`address`) > 2) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: people_address_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_people_address_check_insert`;

-- step: create_colmig_guard_people_address_check_update
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_people_address_check_update` BEFORE UPDATE ON `people`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`address`) > 2) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: people_address_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_people_address_check_update`;

-- step: prove_people_address_check
-- lock: the rows of one batch of `people`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
-- backfill: people
-- key: id
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `people`.`id`) AS `colmig number`
FROM `people` WHERE `id` >= $1 AND `id` < $2 ORDER BY `people`.`id` LIMIT $3) AS `people`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `people` SET `id` = `id`
WHERE NOT (length(`address`) > 2) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `people` SET `id` = `id`
WHERE NOT (length(`address`) > 2) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `people` WHERE NOT (length(`address`) > 2) LIMIT $1;

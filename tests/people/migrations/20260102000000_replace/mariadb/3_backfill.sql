-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: mariadb

-- step: backfill_people_handle
-- lock: the rows of one batch of `people`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: people
-- key: id
-- shows: nick
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `people`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `people` WHERE `id` >= $1 AND `id` < $2 ORDER BY `people`.`id` LIMIT $3) AS `people`) AS `people`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `people` SET `handle` = (`nick`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `people` SET `handle` = (`nick`)
WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`nick` AS char) FROM `people` WHERE (NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary)) OR (`handle` IS NULL)) LIMIT $1;

-- step: backfill_people_age_2
-- lock: the rows of one batch of `people`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: people
-- key: id
-- shows: age
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `people`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `people` WHERE `id` >= $1 AND `id` < $2 ORDER BY `people`.`id` LIMIT $3) AS `people`) AS `people`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `people` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `people` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`age` AS char) FROM `people` WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) LIMIT $1;

-- step: backfill_people_first_name_last_name
-- lock: the rows of one batch of `people`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: people
-- key: id
-- shows: name
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `people`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `people` WHERE `id` >= $1 AND `id` < $2 ORDER BY `people`.`id` LIMIT $3) AS `people`) AS `people`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `people` SET `first_name` = (RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))), `last_name` = (NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `people` SET `first_name` = (RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1))))), `last_name` = (NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`name` AS char) FROM `people` WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) LIMIT $1;

-- step: backfill_people_address
-- lock: the rows of one batch of `people`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: people
-- key: id
-- shows: street, town
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `people`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `people` WHERE `id` >= $1 AND `id` < $2 ORDER BY `people`.`id` LIMIT $3) AS `people`) AS `people`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `people` SET `address` = (CONCAT(`street`, ' ', `town`))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `people` SET `address` = (CONCAT(`street`, ' ', `town`))
WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`street` AS char), CAST(`town` AS char) FROM `people` WHERE (NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary)) OR (`address` IS NULL)) LIMIT $1;

-- step: check_rows_people_address_check
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: people
-- key: id
-- constraint: people_address_check
-- rule: check
-- columns: address
-- says: length(`address`) > 2
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (length(`address`) > 2) THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (length(`address`) > 2) THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `people`
WHERE NOT (length(`address`) > 2) AND `id` >= $1 AND `id` < $2
ORDER BY `people`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `people`
WHERE NOT (length(`address`) > 2) AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;

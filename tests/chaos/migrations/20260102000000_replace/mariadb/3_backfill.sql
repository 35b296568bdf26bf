-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: mariadb

-- step: backfill_items_badge
-- lock: the rows of one batch of `items`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: items
-- key: id
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `items`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `items` WHERE `id` >= $1 AND `id` < $2 ORDER BY `items`.`id` LIMIT $3) AS `items`) AS `items`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `items` SET `badge` = (CONCAT('#', `kind`))
WHERE `badge` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `items` SET `badge` = (CONCAT('#', `kind`))
WHERE `badge` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `items` WHERE `badge` IS NULL LIMIT $1;

-- step: backfill_items_label
-- lock: the rows of one batch of `items`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: items
-- key: id
-- shows: title
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `items`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `items` WHERE `id` >= $1 AND `id` < $2 ORDER BY `items`.`id` LIMIT $3) AS `items`) AS `items`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `items` SET `label` = (`title`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `items` SET `label` = (`title`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`title` AS char) FROM `items` WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) LIMIT $1;

-- step: backfill_items_amount_2
-- lock: the rows of one batch of `items`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: items
-- key: id
-- shows: amount
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `items`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `items` WHERE `id` >= $1 AND `id` < $2 ORDER BY `items`.`id` LIMIT $3) AS `items`) AS `items`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `items` SET `amount_2` = (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `items` SET `amount_2` = (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`amount` AS char) FROM `items` WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) LIMIT $1;

-- step: backfill_items_tone
-- lock: the rows of one batch of `items`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: items
-- key: id
-- shows: shade
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `items`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `items` WHERE `id` >= $1 AND `id` < $2 ORDER BY `items`.`id` LIMIT $3) AS `items`) AS `items`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `items` SET `tone` = (lower(`shade`))
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `items` SET `tone` = (lower(`shade`))
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`shade` AS char) FROM `items` WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) LIMIT $1;

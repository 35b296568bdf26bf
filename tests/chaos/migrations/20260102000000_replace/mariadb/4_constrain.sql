-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: mariadb

-- step: compare_items_badge
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- targets: badge
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `badge` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `badge` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`badge` AS char) FROM `items`
WHERE `badge` IS NULL AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `items` SET `badge` = (CONCAT('#', `kind`))
WHERE `badge` IS NULL AND (CONCAT('#', `kind`)) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `items` SET `badge` = (CONCAT('#', `kind`))
WHERE `badge` IS NULL AND (CONCAT('#', `kind`)) IS NOT NULL AND `id` >= $1;

-- step: compare_items_label
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: title
-- targets: label
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`title` AS char), CAST(`label` AS char) FROM `items`
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `items` SET `label` = (`title`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND NOT (`title` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `items` SET `label` = (`title`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND NOT (`title` IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `items` SET `title` = (`label`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND NOT (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`label` USING utf8mb4) AS binary))) AND NOT (`label` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `items` SET `title` = (`label`)
WHERE (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary)) OR (`label` IS NULL)) AND NOT (NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`label` USING utf8mb4) AS binary))) AND NOT (`label` IS NULL) AND `id` >= $1;

-- step: compare_items_amount_2
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: amount
-- targets: amount_2
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`amount` AS char), CAST(`amount_2` AS char) FROM `items`
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `items` SET `amount_2` = (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND NOT ((CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `items` SET `amount_2` = (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND NOT ((CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `items` SET `amount` = (CAST(`amount_2` AS char))
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND NOT (NOT (`amount_2` <=> (CASE WHEN (CAST(`amount_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`amount_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`amount_2` AS char)) AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST(`amount_2` AS char)) AS signed) END END))) AND NOT (`amount_2` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `items` SET `amount` = (CAST(`amount_2` AS char))
WHERE (NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END)) OR (`amount_2` IS NULL)) AND NOT (NOT (`amount_2` <=> (CASE WHEN (CAST(`amount_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`amount_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`amount_2` AS char)) AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST(`amount_2` AS char)) AS signed) END END))) AND NOT (`amount_2` IS NULL) AND `id` >= $1;

-- step: compare_items_tone
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: shade
-- targets: tone
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`shade` AS char), CAST(`tone` AS char) FROM `items`
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `items` SET `tone` = (lower(`shade`))
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND NOT ((lower(`shade`)) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `items` SET `tone` = (lower(`shade`))
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND NOT ((lower(`shade`)) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `items` SET `shade` = (`tone`)
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND NOT (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`tone`) USING utf8mb4) AS binary))) AND NOT (`tone` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `items` SET `shade` = (`tone`)
WHERE (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary)) OR (`tone` IS NULL)) AND NOT (NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`tone`) USING utf8mb4) AS binary))) AND NOT (`tone` IS NULL) AND `id` >= $1;

-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: constrain
-- database: mariadb

-- step: compare_orders_label_2
-- lock: that of a reader on `orders`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: orders
-- key: id
-- legacy: label
-- targets: label_2
-- statement: first
SELECT `id` FROM `orders` ORDER BY `orders`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `orders`
WHERE `id` >= $1
ORDER BY `orders`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) THEN 1 END) FROM `orders`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) THEN 1 END) FROM `orders`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`label` AS char), CAST(`label_2` AS char) FROM `orders`
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND `id` >= $1
ORDER BY `orders`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `orders` SET `label_2` = (CASE WHEN char_length(`label`) <= 20 THEN `label` END)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND NOT ((CASE WHEN char_length(`label`) <= 20 THEN `label` END) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `orders` SET `label_2` = (CASE WHEN char_length(`label`) <= 20 THEN `label` END)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND NOT ((CASE WHEN char_length(`label`) <= 20 THEN `label` END) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `orders` SET `label` = (`label_2`)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND NOT (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label_2`) <= 20 THEN `label_2` END USING utf8mb4) AS binary))) AND NOT (`label_2` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `orders` SET `label` = (`label_2`)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND NOT (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label_2`) <= 20 THEN `label_2` END USING utf8mb4) AS binary))) AND NOT (`label_2` IS NULL) AND `id` >= $1;

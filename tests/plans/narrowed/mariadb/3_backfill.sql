-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: backfill
-- database: mariadb

-- step: backfill_orders_label_2
-- lock: the rows of one batch of `orders`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: orders
-- key: id
-- shows: label
-- statement: first
SELECT `id` FROM `orders` ORDER BY `orders`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `orders`
WHERE `id` >= $1
ORDER BY `orders`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `orders`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `orders` WHERE `id` >= $1 AND `id` < $2 ORDER BY `orders`.`id` LIMIT $3) AS `orders`) AS `orders`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `orders` SET `label_2` = (CASE WHEN char_length(`label`) <= 20 THEN `label` END)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `orders` SET `label_2` = (CASE WHEN char_length(`label`) <= 20 THEN `label` END)
WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`label` AS char) FROM `orders` WHERE (NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary)) OR (`label_2` IS NULL)) LIMIT $1;

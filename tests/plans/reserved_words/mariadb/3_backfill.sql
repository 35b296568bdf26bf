-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: backfill
-- database: mariadb

-- step: backfill_order_group
-- lock: the rows of one batch of `order`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: order
-- key: id
-- statement: first
SELECT `id` FROM `order` ORDER BY `order`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `order`
WHERE `id` >= $1
ORDER BY `order`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `order`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `order` WHERE `id` >= $1 AND `id` < $2 ORDER BY `order`.`id` LIMIT $3) AS `order`) AS `order`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `order` SET `group` = (`type`)
WHERE `group` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `order` SET `group` = (`type`)
WHERE `group` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `order` WHERE `group` IS NULL LIMIT $1;

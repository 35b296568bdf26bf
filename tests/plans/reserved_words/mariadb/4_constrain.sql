-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: constrain
-- database: mariadb

-- step: compare_order_group
-- lock: that of a reader on `order`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: order
-- key: id
-- targets: group
-- statement: first
SELECT `id` FROM `order` ORDER BY `order`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `order`
WHERE `id` >= $1
ORDER BY `order`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `group` IS NULL THEN 1 END) FROM `order`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `group` IS NULL THEN 1 END) FROM `order`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`group` AS char) FROM `order`
WHERE `group` IS NULL AND `id` >= $1
ORDER BY `order`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `order` SET `group` = (`type`)
WHERE `group` IS NULL AND (`type`) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `order` SET `group` = (`type`)
WHERE `group` IS NULL AND (`type`) IS NOT NULL AND `id` >= $1;

-- step: create_index_order_group_idx
-- lock: an exclusive metadata lock on `order`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `order_group_idx` ON `order` (`group`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `order` DROP INDEX IF EXISTS `order_group_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

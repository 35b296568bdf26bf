-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: contract
-- database: mariadb

-- step: check_rows_order_group_not_null
-- lock: that of a reader on `order`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: order
-- key: id
-- constraint: order_group_not_null
-- rule: not-null
-- columns: group
-- statement: first
SELECT `id` FROM `order` ORDER BY `order`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `order`
WHERE `id` >= $1
ORDER BY `order`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `group` IS NULL THEN 1 END) FROM `order`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `group` IS NULL THEN 1 END) FROM `order`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `order`
WHERE `group` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `order`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `order`
WHERE `group` IS NULL AND `id` >= $1
ORDER BY `order`.`id` LIMIT $2;

-- step: set_order_group_not_null
-- lock: an exclusive metadata lock on `order`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `order` MODIFY COLUMN `group` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_order_group
-- lock: an exclusive metadata lock on `order`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_order_group`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_order_group` BEFORE INSERT ON `order`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`group` IS NULL THEN
--       SET NEW.`group` = (NEW.`type`);
--     END IF;
--   END;

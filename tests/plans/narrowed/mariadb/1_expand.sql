-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: expand
-- database: mariadb

-- step: add_column_orders_label_2
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `orders` ADD COLUMN IF NOT EXISTS `label_2` varchar(20), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `orders` DROP COLUMN IF EXISTS `label_2`, ALGORITHM=INSTANT, LOCK=NONE;

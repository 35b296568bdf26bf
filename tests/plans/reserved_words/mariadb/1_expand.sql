-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: expand
-- database: mariadb

-- step: add_column_order_group
-- lock: an exclusive metadata lock on `order`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `order` ADD COLUMN IF NOT EXISTS `group` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'group', JSON_OBJECT('id', `id`), QUOTE(`group`) FROM `order`
--   WHERE NOT (CAST(CONVERT(`group` USING utf8mb4) AS binary) <=> CAST(CONVERT(`type` USING utf8mb4) AS binary));
--   ALTER TABLE `order` DROP COLUMN IF EXISTS `group`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_order_says "when"
-- lock: an exclusive metadata lock on `order`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `order` ADD COLUMN IF NOT EXISTS `says "when"` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'says "when"', JSON_OBJECT('id', `id`), QUOTE(`says "when"`) FROM `order`
--   WHERE NOT (CAST(CONVERT(`says "when"` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULL USING utf8mb4) AS binary));
--   ALTER TABLE `order` DROP COLUMN IF EXISTS `says "when"`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: mariadb

-- step: add_column_items_badge
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `items` ADD COLUMN IF NOT EXISTS `badge` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'badge', JSON_OBJECT('id', `id`), QUOTE(`badge`) FROM `items`
--   WHERE NOT (CAST(CONVERT(`badge` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT('#', `kind`) USING utf8mb4) AS binary));
--   ALTER TABLE `items` DROP COLUMN IF EXISTS `badge`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_items_label
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `items` ADD COLUMN IF NOT EXISTS `label` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `items` DROP COLUMN IF EXISTS `label`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_items_amount_2
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `items` ADD COLUMN IF NOT EXISTS `amount_2` bigint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `items` DROP COLUMN IF EXISTS `amount_2`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_items_tone
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `items` ADD COLUMN IF NOT EXISTS `tone` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `items` DROP COLUMN IF EXISTS `tone`, ALGORITHM=INSTANT, LOCK=NONE;

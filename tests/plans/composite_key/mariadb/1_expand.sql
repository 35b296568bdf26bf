-- colmig 1
-- migration: 20261122064500_members_label
-- phase: expand
-- database: mariadb

-- step: add_column_members_label
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `members` ADD COLUMN IF NOT EXISTS `label` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_members_label', 'members', 'label', JSON_OBJECT('team', `team`, 'user', `user`), QUOTE(`label`) FROM `members`
--   WHERE NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`team`, ':', `user`) USING utf8mb4) AS binary));
--   ALTER TABLE `members` DROP COLUMN IF EXISTS `label`, ALGORITHM=INSTANT, LOCK=NONE;

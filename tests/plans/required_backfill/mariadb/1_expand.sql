-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: expand
-- database: mariadb

-- step: add_column_users_display_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `display_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', JSON_OBJECT('id', `id`), QUOTE(`display_name`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`first_name`, ' ', `last_name`) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `display_name`, ALGORITHM=INSTANT, LOCK=NONE;

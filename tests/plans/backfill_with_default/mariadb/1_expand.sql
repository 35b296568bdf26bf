-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: expand
-- database: mariadb

-- step: add_column_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `handle` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle', 'users', 'handle', JSON_OBJECT('id', `id`), QUOTE(`handle`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`first_name`) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `handle`, ALGORITHM=INSTANT, LOCK=NONE;

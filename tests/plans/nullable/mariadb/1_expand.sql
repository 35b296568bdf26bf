-- colmig 1
-- migration: 20261122064500_users_nick
-- phase: expand
-- database: mariadb

-- step: add_column_users_nick
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `nick` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_nick', 'users', 'nick', JSON_OBJECT('id', `id`), QUOTE(`nick`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`nick` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULL USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `nick`, ALGORITHM=INSTANT, LOCK=NONE;

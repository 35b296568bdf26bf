-- colmig 1
-- migration: 20260102000000_profile
-- phase: expand
-- database: mariadb

-- step: add_column_users_display_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `display_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'display_name', JSON_OBJECT('id', `id`), QUOTE(`display_name`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`first_name`, ' ', `last_name`) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `display_name`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `handle` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'handle', JSON_OBJECT('id', `id`), QUOTE(`handle`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT('user ', `id`) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `handle`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_plan
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `plan` varchar(255) NOT NULL DEFAULT 'free', ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'plan', JSON_OBJECT('id', `id`), QUOTE(`plan`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`plan` USING utf8mb4) AS binary) <=> CAST(CONVERT('free' USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `plan`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_nick
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `nick` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_profile', 'users', 'nick', JSON_OBJECT('id', `id`), QUOTE(`nick`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`nick` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULL USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `nick`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: expand
-- database: mariadb

-- step: add_column_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `handle` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'handle', JSON_OBJECT('id', `id`), QUOTE(`handle`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`first_name`, `id`) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `handle`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_city
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `city` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'city', JSON_OBJECT('id', `id`), QUOTE(`city`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`city` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULL USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `city`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_age
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `age` smallint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_handle_and_2_more', 'users', 'age', JSON_OBJECT('id', `id`), QUOTE(`age`) FROM `users`
--   WHERE NOT (`age` <=> (NULL));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `age`, ALGORITHM=INSTANT, LOCK=NONE;

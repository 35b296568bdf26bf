-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: expand
-- database: mariadb

-- step: add_column_users_initial
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `initial` char(1), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_initial', 'users', 'initial', JSON_OBJECT('id', `id`), QUOTE(`initial`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`initial` USING utf8mb4) AS binary) <=> CAST(CONVERT(left(`first_name`, 1) USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `initial`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_users_language
-- phase: expand
-- database: mariadb

-- step: add_column_users_language
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `language` varchar(255) DEFAULT 'en', ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_language', 'users', 'language', JSON_OBJECT('id', `id`), QUOTE(`language`) FROM `users`
--   WHERE NOT (CAST(CONVERT(`language` USING utf8mb4) AS binary) <=> CAST(CONVERT('en' USING utf8mb4) AS binary));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `language`, ALGORITHM=INSTANT, LOCK=NONE;

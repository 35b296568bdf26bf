-- colmig 1
-- migration: 20261122064500_users_logins
-- phase: expand
-- database: mariadb

-- step: add_column_users_logins
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `logins` int NOT NULL DEFAULT 0, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_logins', 'users', 'logins', JSON_OBJECT('id', `id`), QUOTE(`logins`) FROM `users`
--   WHERE NOT (`logins` <=> (0));
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `logins`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: expand
-- database: mariadb

-- step: add_column_users_first_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `first_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `first_name`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_users_last_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `last_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `last_name`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: expand
-- database: mariadb

-- step: add_column_users_family_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `family_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP COLUMN IF EXISTS `family_name`, ALGORITHM=INSTANT, LOCK=NONE;

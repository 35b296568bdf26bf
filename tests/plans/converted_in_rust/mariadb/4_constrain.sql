-- colmig 1
-- migration: 20261122064500_users_years
-- phase: constrain
-- database: mariadb

-- step: create_index_users_years_idx
-- lock: an exclusive metadata lock on `users`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `users_years_idx` ON `users` (`years`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP INDEX IF EXISTS `users_years_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

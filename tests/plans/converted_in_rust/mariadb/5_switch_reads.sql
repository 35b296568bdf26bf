-- colmig 1
-- migration: 20261122064500_users_years
-- phase: switch-reads
-- database: mariadb

-- step: set_default_users_age
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ALTER COLUMN `age` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `users` ALTER COLUMN `age` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

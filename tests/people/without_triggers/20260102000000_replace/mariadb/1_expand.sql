-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: mariadb

-- step: add_column_people_handle
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ADD COLUMN IF NOT EXISTS `handle` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP COLUMN IF EXISTS `handle`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_people_age_2
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ADD COLUMN IF NOT EXISTS `age_2` int, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP COLUMN IF EXISTS `age_2`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_people_first_name
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ADD COLUMN IF NOT EXISTS `first_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP COLUMN IF EXISTS `first_name`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_people_last_name
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ADD COLUMN IF NOT EXISTS `last_name` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP COLUMN IF EXISTS `last_name`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: add_column_people_address
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ADD COLUMN IF NOT EXISTS `address` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` DROP COLUMN IF EXISTS `address`, ALGORITHM=INSTANT, LOCK=NONE;

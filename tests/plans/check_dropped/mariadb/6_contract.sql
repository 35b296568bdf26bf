-- colmig 1
-- migration: 20261122064500_drop_members_age_check_and_1_more
-- phase: contract
-- database: mariadb

-- step: drop_constraint_members_age_check
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP CONSTRAINT IF EXISTS `members_age_check`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: drop_constraint_members_check1
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP CONSTRAINT IF EXISTS `members_check1`, ALGORITHM=INSTANT, LOCK=NONE;

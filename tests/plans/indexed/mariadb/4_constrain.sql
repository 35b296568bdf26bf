-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: constrain
-- database: mariadb

-- step: create_index_members_email_key
-- lock: an exclusive metadata lock on `members`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE UNIQUE INDEX IF NOT EXISTS `members_email_key` ON `members` (`email`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `members` DROP INDEX IF EXISTS `members_email_key`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: create_index_members_town_name_idx
-- lock: an exclusive metadata lock on `members`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `members_town_name_idx` ON `members` (`town`, `name`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `members` DROP INDEX IF EXISTS `members_town_name_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: contract
-- database: mariadb

-- step: drop_index_members_name_idx
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: nobody is left whose queries were written for it
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP INDEX IF EXISTS `members_name_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: drop_index_members_name_town_idx
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: nobody is left whose queries were written for it
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP INDEX IF EXISTS `members_name_town_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

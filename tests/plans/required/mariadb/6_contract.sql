-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: contract
-- database: mariadb

-- step: set_members_not_null
-- lock: an exclusive metadata lock on `members`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `members` MODIFY COLUMN `nick` varchar(255) NOT NULL, MODIFY COLUMN `town` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_members_nick
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: no writer stores NULL any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_members_nick`;
DROP TRIGGER IF EXISTS `colmig_fill_members_nick_update`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_nick` BEFORE INSERT ON `members`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`nick` IS NULL THEN
--       SET NEW.`nick` = (lower(NEW.`name`));
--     END IF;
--   END;
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_nick_update` BEFORE UPDATE ON `members`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`nick` IS NULL THEN
--       SET NEW.`nick` = (lower(NEW.`name`));
--     END IF;
--   END;

-- step: prove_members_town
-- lock: that of a reader on `members`, for one search of the table
-- safe: it reads; rows that hold NULL are named, and hold the migration until they are mended; the few that are named are written as they are
-- backfill: members
-- key: id
-- statement: first
SELECT `id` FROM `members` WHERE 1 = 0;
-- statement: boundary
SELECT `id` FROM `members`
WHERE `id` >= $1
ORDER BY `members`.`id` LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE `members` SET `id` = `id`
WHERE `town` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `members` SET `id` = `id`
WHERE `town` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `members` WHERE `town` IS NULL LIMIT $1;

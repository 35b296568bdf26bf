-- colmig 1
-- migration: 20261122064500_members_label
-- phase: contract
-- database: mariadb

-- step: set_members_label_not_null
-- lock: an exclusive metadata lock on `members`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `members` MODIFY COLUMN `label` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_members_label
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_members_label`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_label` BEFORE INSERT ON `members`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`label` IS NULL THEN
--       SET NEW.`label` = (CONCAT(NEW.`team`, ':', NEW.`user`));
--     END IF;
--   END;

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: contract
-- database: mariadb

-- step: check_rows_members_label_not_null
-- lock: that of a reader on `members`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: team, user
-- constraint: members_label_not_null
-- rule: not-null
-- columns: label
-- statement: first
SELECT `team`, `user` FROM `members` ORDER BY `members`.`team`, `members`.`user` LIMIT 1;
-- statement: boundary
SELECT `team`, `user` FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2)
ORDER BY `members`.`team`, `members`.`user` LIMIT 1 OFFSET $3;
-- statement: count
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4);
-- statement: count the last
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2);
-- statement: resisting
SELECT `team`, `user` FROM `members`
WHERE `label` IS NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4)
ORDER BY `members`.`team`, `members`.`user` LIMIT $5;
-- statement: resisting in the last
SELECT `team`, `user` FROM `members`
WHERE `label` IS NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2)
ORDER BY `members`.`team`, `members`.`user` LIMIT $3;

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

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: constrain
-- database: mariadb

-- step: compare_members_label
-- lock: that of a reader on `members`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: members
-- key: team, user
-- targets: label
-- statement: first
SELECT `team`, `user` FROM `members` ORDER BY `members`.`team`, `members`.`user` LIMIT 1;
-- statement: boundary
SELECT `team`, `user` FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2)
ORDER BY `members`.`team`, `members`.`user` LIMIT 1 OFFSET $3;
-- statement: compare
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4);
-- statement: compare the last
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2);
-- statement: differing
SELECT `team`, `user`, CAST(`label` AS char) FROM `members`
WHERE `label` IS NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2)
ORDER BY `members`.`team`, `members`.`user` LIMIT $3;
-- statement: mend from legacy
UPDATE `members` SET `label` = (CONCAT(`team`, ':', `user`))
WHERE `label` IS NULL AND (CONCAT(`team`, ':', `user`)) IS NOT NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4);
-- statement: mend the last from legacy
UPDATE `members` SET `label` = (CONCAT(`team`, ':', `user`))
WHERE `label` IS NULL AND (CONCAT(`team`, ':', `user`)) IS NOT NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2);

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: backfill
-- database: mariadb

-- step: backfill_members_label
-- lock: the rows of one batch of `members`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: members
-- key: team, user
-- statement: first
SELECT `team`, `user` FROM `members` ORDER BY `members`.`team`, `members`.`user` LIMIT 1;
-- statement: boundary
SELECT `team`, `user` FROM `members`
WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2)
ORDER BY `members`.`team`, `members`.`user` LIMIT 1 OFFSET $3;
-- statement: bounds
SELECT `team`, `user` FROM (SELECT `team`, `user`, row_number() OVER (ORDER BY `members`.`team`, `members`.`user`) AS `colmig number`
FROM (SELECT `team`, `user` FROM `members` WHERE `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4) ORDER BY `members`.`team`, `members`.`user` LIMIT $5) AS `members`) AS `members`
WHERE `colmig number` % $6 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `members` SET `label` = (CONCAT(`team`, ':', `user`))
WHERE `label` IS NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2) AND `team` <= $3 AND (`team` < $3 OR `team` = $3 AND `user` < $4);
-- statement: last
UPDATE `members` SET `label` = (CONCAT(`team`, ':', `user`))
WHERE `label` IS NULL AND `team` >= $1 AND (`team` > $1 OR `team` = $1 AND `user` >= $2);
-- statement: pending
SELECT `team`, `user` FROM `members` WHERE `label` IS NULL LIMIT $1;

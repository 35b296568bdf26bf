-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: constrain
-- database: mariadb

-- step: compare_members_nick
-- lock: that of a reader on `members`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: members
-- key: id
-- targets: nick
-- statement: first
SELECT `id` FROM `members` ORDER BY `members`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `members`
WHERE `id` >= $1
ORDER BY `members`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `nick` IS NULL THEN 1 END) FROM `members`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `nick` IS NULL THEN 1 END) FROM `members`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`nick` AS char) FROM `members`
WHERE `nick` IS NULL AND `id` >= $1
ORDER BY `members`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `members` SET `nick` = (lower(`name`))
WHERE `nick` IS NULL AND (lower(`name`)) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `members` SET `nick` = (lower(`name`))
WHERE `nick` IS NULL AND (lower(`name`)) IS NOT NULL AND `id` >= $1;

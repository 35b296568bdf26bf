-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: backfill
-- database: mariadb

-- step: backfill_members_nick
-- lock: the rows of one batch of `members`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: members
-- key: id
-- statement: first
SELECT `id` FROM `members` ORDER BY `members`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `members`
WHERE `id` >= $1
ORDER BY `members`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `members`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `members` WHERE `id` >= $1 AND `id` < $2 ORDER BY `members`.`id` LIMIT $3) AS `members`) AS `members`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `members` SET `nick` = (lower(`name`))
WHERE `nick` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `members` SET `nick` = (lower(`name`))
WHERE `nick` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `members` WHERE `nick` IS NULL LIMIT $1;

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

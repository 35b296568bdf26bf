-- colmig 1
-- migration: 20261122064500_members_age_0ae08198_check_and_3_more
-- phase: backfill
-- database: mariadb

-- step: check_rows_members_age_0ae08198_check
-- lock: that of a reader on `members`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: id
-- constraint: members_age_0ae08198_check
-- rule: check
-- columns: age
-- says: `age` > 17
-- statement: first
SELECT `id` FROM `members` ORDER BY `members`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `members`
WHERE `id` >= $1
ORDER BY `members`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`age` > 17) THEN 1 END) FROM `members`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`age` > 17) THEN 1 END) FROM `members`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `members`
WHERE NOT (`age` > 17) AND `id` >= $1 AND `id` < $2
ORDER BY `members`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `members`
WHERE NOT (`age` > 17) AND `id` >= $1
ORDER BY `members`.`id` LIMIT $2;

-- step: check_rows_members_4ad56657_check
-- lock: that of a reader on `members`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: id
-- constraint: members_4ad56657_check
-- rule: check
-- columns: joined, left
-- says: `joined` <= `left`
-- statement: first
SELECT `id` FROM `members` ORDER BY `members`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `members`
WHERE `id` >= $1
ORDER BY `members`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`joined` <= `left`) THEN 1 END) FROM `members`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`joined` <= `left`) THEN 1 END) FROM `members`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `members`
WHERE NOT (`joined` <= `left`) AND `id` >= $1 AND `id` < $2
ORDER BY `members`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `members`
WHERE NOT (`joined` <= `left`) AND `id` >= $1
ORDER BY `members`.`id` LIMIT $2;

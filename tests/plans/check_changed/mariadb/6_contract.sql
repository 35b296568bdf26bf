-- colmig 1
-- migration: 20261122064500_members_age_0ae08198_check_and_3_more
-- phase: contract
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

-- step: create_colmig_guard_members_age_0ae08198_check_insert
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_members_age_0ae08198_check_insert` BEFORE INSERT ON `members`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`age` > 17) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: members_age_0ae08198_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_members_age_0ae08198_check_insert`;

-- step: create_colmig_guard_members_age_0ae08198_check_update
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_members_age_0ae08198_check_update` BEFORE UPDATE ON `members`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`age` > 17) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: members_age_0ae08198_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_members_age_0ae08198_check_update`;

-- step: prove_members_age_0ae08198_check
-- lock: the rows of one batch of `members`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
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
UPDATE `members` SET `id` = `id`
WHERE NOT (`age` > 17) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `members` SET `id` = `id`
WHERE NOT (`age` > 17) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `members` WHERE NOT (`age` > 17) LIMIT $1;

-- step: create_colmig_guard_members_4ad56657_check_insert
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_members_4ad56657_check_insert` BEFORE INSERT ON `members`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`joined` <= NEW.`left`) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: members_4ad56657_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_members_4ad56657_check_insert`;

-- step: create_colmig_guard_members_4ad56657_check_update
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_members_4ad56657_check_update` BEFORE UPDATE ON `members`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`joined` <= NEW.`left`) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: members_4ad56657_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_members_4ad56657_check_update`;

-- step: prove_members_4ad56657_check
-- lock: the rows of one batch of `members`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
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
UPDATE `members` SET `id` = `id`
WHERE NOT (`joined` <= `left`) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `members` SET `id` = `id`
WHERE NOT (`joined` <= `left`) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `members` WHERE NOT (`joined` <= `left`) LIMIT $1;

-- step: drop_constraint_members_age_check
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP CONSTRAINT IF EXISTS `members_age_check`, ALGORITHM=INSTANT, LOCK=NONE;

-- step: drop_constraint_members_check1
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP CONSTRAINT IF EXISTS `members_check1`, ALGORITHM=INSTANT, LOCK=NONE;

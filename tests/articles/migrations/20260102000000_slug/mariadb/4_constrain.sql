-- colmig 1
-- migration: 20260102000000_slug
-- phase: constrain
-- database: mariadb

-- step: set_articles_slug_not_null
-- lock: an exclusive metadata lock on `articles`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `articles` MODIFY COLUMN `slug` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: create_colmig_guard_articles_slug_check_insert
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_articles_slug_check_insert` BEFORE INSERT ON `articles`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`slug` <> '') THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: articles_slug_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_articles_slug_check_insert`;

-- step: create_colmig_guard_articles_slug_check_update
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_articles_slug_check_update` BEFORE UPDATE ON `articles`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`slug` <> '') THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: articles_slug_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_articles_slug_check_update`;

-- step: prove_articles_slug_check
-- lock: the rows of one batch of `articles`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
-- backfill: articles
-- key: id
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `articles`.`id`) AS `colmig number`
FROM `articles` WHERE `id` >= $1 AND `id` < $2 ORDER BY `articles`.`id` LIMIT $3) AS `articles`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `articles` SET `id` = `id`
WHERE NOT (`slug` <> '') AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `articles` SET `id` = `id`
WHERE NOT (`slug` <> '') AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `articles` WHERE NOT (`slug` <> '') LIMIT $1;

-- step: create_index_articles_slug_idx
-- lock: an exclusive metadata lock on `articles`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `articles_slug_idx` ON `articles` (`slug`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_slug_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

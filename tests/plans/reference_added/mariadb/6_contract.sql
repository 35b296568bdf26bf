-- colmig 1
-- migration: 20261122064500_articles_editor_and_2_more
-- phase: contract
-- database: mariadb

-- step: check_rows_articles_author_fkey
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_author_fkey
-- rule: foreign-key
-- columns: author
-- says: people (login)
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

-- step: check_rows_articles_editor_fkey
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_editor_fkey
-- rule: foreign-key
-- columns: editor
-- says: people (id)
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

-- step: add_reference_articles_author_fkey
-- lock: an exclusive metadata lock on `articles` and `people`, for an instant; where the column has no index, before and after one scan of the table
-- safe: new and changed rows are checked from now on, old rows are not looked at yet; an index of the column comes with it where there is none, built beside readers and writers
-- one by one: each statement commits by itself
SET STATEMENT foreign_key_checks = 0 FOR
ALTER TABLE `articles` ADD CONSTRAINT `articles_author_fkey` FOREIGN KEY IF NOT EXISTS (`author`) REFERENCES `people` (`login`), ALGORITHM=NOCOPY, LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` DROP FOREIGN KEY IF EXISTS `articles_author_fkey`, ALGORITHM=INSTANT, LOCK=NONE;
--   ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_author_fkey`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: search_reference_articles_author_fkey
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_author_fkey
-- rule: foreign-key
-- columns: author
-- says: people (login)
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`login` = `articles`.`author`)) AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

-- step: add_reference_articles_editor_fkey
-- lock: an exclusive metadata lock on `articles` and `people`, for an instant; where the column has no index, before and after one scan of the table
-- safe: new and changed rows are checked from now on, old rows are not looked at yet; an index of the column comes with it where there is none, built beside readers and writers
-- one by one: each statement commits by itself
SET STATEMENT foreign_key_checks = 0 FOR
ALTER TABLE `articles` ADD CONSTRAINT `articles_editor_fkey` FOREIGN KEY IF NOT EXISTS (`editor`) REFERENCES `people` (`id`), ALGORITHM=NOCOPY, LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` DROP FOREIGN KEY IF EXISTS `articles_editor_fkey`, ALGORITHM=INSTANT, LOCK=NONE;
--   ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_editor_fkey`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: search_reference_articles_editor_fkey
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_editor_fkey
-- rule: foreign-key
-- columns: editor
-- says: people (id)
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE (`articles`.`editor` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `people` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`editor`)) AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

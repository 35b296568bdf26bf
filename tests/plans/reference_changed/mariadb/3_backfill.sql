-- colmig 1
-- migration: 20261122064500_articles_author_495d4df3_fkey_and_1_more
-- phase: backfill
-- database: mariadb

-- step: check_rows_articles_author_495d4df3_fkey
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_author_495d4df3_fkey
-- rule: foreign-key
-- columns: author
-- says: articles (id)
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `articles` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `articles` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`author`)) THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `articles` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`author`)) AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE (`articles`.`author` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM `articles` AS `colmig referred` WHERE `colmig referred`.`id` = `articles`.`author`)) AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

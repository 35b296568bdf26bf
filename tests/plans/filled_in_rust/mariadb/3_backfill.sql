-- colmig 1
-- migration: 20261122064500_articles_slug
-- phase: backfill
-- database: mariadb

-- step: convert_articles_slug
-- lock: the rows of one range of `articles`, for as long as one statement takes
-- safe: done by the application, which calls the function `crate::slug::of`: ranges of the primary key that its instances share, in which a row is written only if it still holds what was converted
-- convert: articles
-- model: Article
-- reads: title, author
-- target: slug
-- by: crate::slug::of
-- revert:
--   DELETE FROM colmig_conversion WHERE migration = '20261122064500_articles_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_chunk WHERE migration = '20261122064500_articles_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_failure WHERE migration = '20261122064500_articles_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_worker WHERE migration = '20261122064500_articles_slug' AND table_name = 'articles' AND column_name = 'slug';

-- step: check_rows_articles_slug_not_null
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_slug_not_null
-- rule: not-null
-- columns: slug
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `slug` IS NULL THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `slug` IS NULL THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE `slug` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE `slug` IS NULL AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

-- step: check_rows_articles_slug_key
-- lock: that of a reader on `articles`, for one scan of the table
-- safe: one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_slug_key
-- rule: unique
-- columns: slug
-- statement: count all
SELECT CAST(coalesce(sum(`colmig number`), 0) AS signed)
FROM (SELECT count(*) AS `colmig number` FROM `articles` WHERE `slug` IS NOT NULL
GROUP BY `slug` HAVING count(*) > 1) AS `colmig groups`;
-- statement: resisting
SELECT `id`, `colmig group` FROM (
  SELECT `id`, dense_rank() OVER (ORDER BY `slug`) AS `colmig group` FROM `articles`
  WHERE `slug` IS NOT NULL AND (`slug`) IN (
    SELECT * FROM (SELECT `slug` FROM `articles` WHERE `slug` IS NOT NULL
    GROUP BY `slug` HAVING count(*) > 1 ORDER BY `slug` LIMIT $1) AS `colmig first`)
) AS `colmig rows`
ORDER BY `colmig group`, `colmig rows`.`id` LIMIT $1;

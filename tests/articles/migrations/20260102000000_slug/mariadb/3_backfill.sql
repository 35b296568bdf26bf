-- colmig 1
-- migration: 20260102000000_slug
-- phase: backfill
-- database: mariadb

-- step: convert_articles_slug
-- lock: the rows of one range of `articles`, for as long as one statement takes
-- safe: done by the application, which calls the function `slug::of`: ranges of the primary key that its instances share, in which a row is written only if it still holds what was converted
-- convert: articles
-- model: Article
-- reads: title, author
-- target: slug
-- by: slug::of
-- revert:
--   DELETE FROM colmig_conversion WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_chunk WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_failure WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_worker WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';

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

-- step: check_rows_articles_slug_check
-- lock: that of a reader on `articles`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_slug_check
-- rule: check
-- columns: slug
-- says: `slug` <> ''
-- statement: first
SELECT `id` FROM `articles` ORDER BY `articles`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `articles`
WHERE `id` >= $1
ORDER BY `articles`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`slug` <> '') THEN 1 END) FROM `articles`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`slug` <> '') THEN 1 END) FROM `articles`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `articles`
WHERE NOT (`slug` <> '') AND `id` >= $1 AND `id` < $2
ORDER BY `articles`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `articles`
WHERE NOT (`slug` <> '') AND `id` >= $1
ORDER BY `articles`.`id` LIMIT $2;

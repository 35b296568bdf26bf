-- colmig 1
-- migration: 20261122064500_articles_slug
-- phase: expand
-- database: mariadb

-- step: add_column_articles_slug
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `articles` ADD COLUMN IF NOT EXISTS `slug` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_articles_slug', 'articles', 'slug', JSON_OBJECT('id', `id`), QUOTE(`slug`) FROM `articles`
--   WHERE NOT (CAST(CONVERT(`slug` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULL USING utf8mb4) AS binary));
--   ALTER TABLE `articles` DROP COLUMN IF EXISTS `slug`, ALGORITHM=INSTANT, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_articles_editor_and_2_more
-- phase: expand
-- database: mariadb

-- step: add_column_articles_editor
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `articles` ADD COLUMN IF NOT EXISTS `editor` bigint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_articles_editor_and_2_more', 'articles', 'editor', JSON_OBJECT('id', `id`), QUOTE(`editor`) FROM `articles`
--   WHERE NOT (`editor` <=> (NULL));
--   ALTER TABLE `articles` DROP COLUMN IF EXISTS `editor`, ALGORITHM=INSTANT, LOCK=NONE;

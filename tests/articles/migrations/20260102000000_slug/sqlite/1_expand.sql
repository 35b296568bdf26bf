-- colmig 1
-- migration: 20260102000000_slug
-- phase: expand
-- database: sqlite

-- step: add_column_articles_slug
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "articles" ADD COLUMN "slug" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_slug', 'articles', 'slug', json_object('id', quote("id")), quote("slug") FROM "articles"
--   WHERE "slug" IS NOT (NULL);
--   ALTER TABLE "articles" DROP COLUMN "slug";

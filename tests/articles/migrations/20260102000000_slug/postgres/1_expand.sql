-- colmig 1
-- migration: 20260102000000_slug
-- phase: expand
-- database: postgres

-- step: add_column_articles_slug
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "articles" ADD COLUMN "slug" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_slug', 'articles', 'slug', jsonb_build_object('id', "id")::text, to_jsonb("slug")::text FROM "articles"
--   WHERE "slug" IS DISTINCT FROM (NULL);
--   ALTER TABLE "articles" DROP COLUMN "slug";

-- colmig 1
-- migration: 20261122064500_articles_editor_and_2_more
-- phase: expand
-- database: postgres

-- step: add_column_articles_editor
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "articles" ADD COLUMN "editor" bigint;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_articles_editor_and_2_more', 'articles', 'editor', jsonb_build_object('id', "id")::text, to_jsonb("editor")::text FROM "articles"
--   WHERE "editor" IS DISTINCT FROM (NULL);
--   ALTER TABLE "articles" DROP COLUMN "editor";

-- colmig 1
-- migration: 20261122064500_articles_editor_and_2_more
-- phase: constrain
-- database: postgres

-- step: create_index_articles_editor_idx
-- lock: SHARE UPDATE EXCLUSIVE on "articles", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "articles_editor_idx";
CREATE INDEX CONCURRENTLY "articles_editor_idx" ON "articles" ("editor");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "articles_editor_idx";

-- colmig 1
-- migration: 20260101000000_create_articles
-- phase: expand
-- database: postgres

-- step: create_table_articles
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "articles" (
    "id" bigint NOT NULL,
    "title" text NOT NULL,
    "author" text,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "articles";

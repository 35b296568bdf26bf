-- colmig 1
-- migration: 20260101000000_create_articles
-- phase: expand
-- database: sqlite

-- step: create_table_articles
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "articles" (
    "id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "author" TEXT,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "articles";

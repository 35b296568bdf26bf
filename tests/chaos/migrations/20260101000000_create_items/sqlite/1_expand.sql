-- colmig 1
-- migration: 20260101000000_create_items
-- phase: expand
-- database: sqlite

-- step: create_table_items
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "items" (
    "id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "amount" TEXT NOT NULL,
    "shade" TEXT NOT NULL,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "items";

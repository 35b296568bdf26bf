-- colmig 1
-- migration: 20260101000000_create_people
-- phase: expand
-- database: sqlite

-- step: create_table_people
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "people" (
    "id" INTEGER NOT NULL,
    "nick" TEXT NOT NULL,
    "age" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "street" TEXT NOT NULL,
    "town" TEXT NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("id")
);
CREATE INDEX "people_nick_idx" ON "people" ("nick");
-- revert:
--   DROP TABLE "people";

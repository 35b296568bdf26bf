-- colmig 1
-- migration: 20260101000000_create_tickets
-- phase: expand
-- database: sqlite

-- step: create_table_tickets
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "tickets" (
    "id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "tickets_code_key" ON "tickets" ("code");
-- revert:
--   DROP TABLE "tickets";

-- colmig 1
-- migration: 20260101000000_create_members
-- phase: expand
-- database: sqlite

-- step: create_table_members
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "members" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "joined" INTEGER NOT NULL,
    "points" INTEGER NOT NULL,
    "badge" TEXT NOT NULL,
    "note" TEXT,
    "rank" INTEGER NOT NULL DEFAULT (7),
    PRIMARY KEY ("id")
);
CREATE INDEX "members_badge_idx" ON "members" ("badge");
-- revert:
--   DROP TABLE "members";

-- colmig 1
-- migration: 20260101000000_create_members
-- phase: expand
-- database: postgres

-- step: create_table_members
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "members" (
    "id" bigint NOT NULL,
    "name" text NOT NULL,
    "joined" bigint NOT NULL,
    "points" bigint NOT NULL,
    "badge" text NOT NULL,
    "note" text,
    "rank" bigint NOT NULL DEFAULT (7),
    PRIMARY KEY ("id")
);
CREATE INDEX "members_badge_idx" ON "members" ("badge");
-- revert:
--   DROP TABLE "members";

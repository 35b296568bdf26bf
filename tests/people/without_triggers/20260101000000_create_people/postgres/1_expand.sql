-- colmig 1
-- migration: 20260101000000_create_people
-- phase: expand
-- database: postgres

-- step: create_table_people
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "people" (
    "id" bigint NOT NULL,
    "nick" text NOT NULL,
    "age" text NOT NULL,
    "name" text NOT NULL,
    "street" text NOT NULL,
    "town" text NOT NULL,
    "note" text,
    PRIMARY KEY ("id")
);
CREATE INDEX "people_nick_idx" ON "people" ("nick");
-- revert:
--   DROP TABLE "people";

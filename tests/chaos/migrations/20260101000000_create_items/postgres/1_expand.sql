-- colmig 1
-- migration: 20260101000000_create_items
-- phase: expand
-- database: postgres

-- step: create_table_items
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "items" (
    "id" bigint NOT NULL,
    "kind" text NOT NULL,
    "title" text NOT NULL,
    "amount" text NOT NULL,
    "shade" text NOT NULL,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "items";

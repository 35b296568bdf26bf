-- colmig 1
-- migration: 20260101000000_create_parcels
-- phase: expand
-- database: postgres

-- step: create_table_parcels
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "parcels" (
    "depot" text NOT NULL,
    "id" bigint NOT NULL,
    "weight" text NOT NULL,
    "note" text,
    PRIMARY KEY ("depot", "id")
);
-- revert:
--   DROP TABLE "parcels";

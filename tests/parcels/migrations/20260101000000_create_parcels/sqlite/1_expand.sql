-- colmig 1
-- migration: 20260101000000_create_parcels
-- phase: expand
-- database: sqlite

-- step: create_table_parcels
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "parcels" (
    "depot" TEXT NOT NULL,
    "id" INTEGER NOT NULL,
    "weight" TEXT NOT NULL,
    "note" TEXT,
    PRIMARY KEY ("depot", "id")
);
-- revert:
--   DROP TABLE "parcels";

-- colmig 1
-- migration: 20260102000000_convert
-- phase: expand
-- database: sqlite

-- step: add_column_parcels_grams
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "parcels" ADD COLUMN "grams" INTEGER;
-- revert:
--   ALTER TABLE "parcels" DROP COLUMN "grams";

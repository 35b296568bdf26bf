-- colmig 1
-- migration: 20260102000000_convert
-- phase: expand
-- database: postgres

-- step: add_column_parcels_grams
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "parcels" ADD COLUMN "grams" bigint;
-- revert:
--   ALTER TABLE "parcels" DROP COLUMN "grams";

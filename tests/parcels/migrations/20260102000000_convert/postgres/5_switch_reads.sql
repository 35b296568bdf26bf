-- colmig 1
-- migration: 20260102000000_convert
-- phase: switch-reads
-- database: postgres

-- step: set_default_parcels_weight
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "parcels" ALTER COLUMN "weight" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "parcels" ALTER COLUMN "weight" DROP DEFAULT;

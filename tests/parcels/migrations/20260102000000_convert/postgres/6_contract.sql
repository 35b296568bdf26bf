-- colmig 1
-- migration: 20260102000000_convert
-- phase: contract
-- database: postgres

-- step: drop_legacy_parcels
-- lock: ACCESS EXCLUSIVE on "parcels", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
ALTER TABLE "parcels" DROP COLUMN "weight";

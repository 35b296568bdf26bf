-- colmig 1
-- migration: 20260102000000_convert
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_parcels_grams_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_parcels_grams_not_null_insert" BEFORE INSERT ON "parcels"
FOR EACH ROW WHEN NOT (NEW."grams" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: parcels.grams');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_parcels_grams_not_null_insert";

-- step: drop_legacy_parcels
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER IF EXISTS "colmig_default_parcels_weight";
DROP TRIGGER IF EXISTS "colmig_guard_parcels_weight_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_parcels_weight_not_null_update";
ALTER TABLE "parcels" DROP COLUMN "weight";

-- colmig 1
-- migration: 20260102000000_convert
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_parcels_grams_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_parcels_grams_not_null_update" BEFORE UPDATE OF "grams" ON "parcels"
FOR EACH ROW WHEN NOT (NEW."grams" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: parcels.grams');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_parcels_grams_not_null_update";

-- step: create_colmig_guard_parcels_grams_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_parcels_grams_check_insert" BEFORE INSERT ON "parcels"
FOR EACH ROW WHEN NOT (NEW."grams" >= 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: parcels_grams_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_parcels_grams_check_insert";

-- step: create_colmig_guard_parcels_grams_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_parcels_grams_check_update" BEFORE UPDATE ON "parcels"
FOR EACH ROW WHEN NOT (NEW."grams" >= 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: parcels_grams_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_parcels_grams_check_update";

-- step: prove_parcels_grams_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: parcels
-- key: depot, id
-- statement: first
SELECT "depot", "id" FROM "parcels" ORDER BY "parcels"."depot", "parcels"."id" LIMIT 1;
-- statement: boundary
SELECT "depot", "id" FROM "parcels"
WHERE ("depot", "id") >= ($1, $2)
ORDER BY "parcels"."depot", "parcels"."id" LIMIT 1 OFFSET $3;
-- statement: batch
UPDATE "parcels" SET "depot" = "depot"
WHERE NOT ("grams" >= 0) AND ("depot", "id") >= ($1, $2) AND ("depot", "id") < ($3, $4);
-- statement: last
UPDATE "parcels" SET "depot" = "depot"
WHERE NOT ("grams" >= 0) AND ("depot", "id") >= ($1, $2);
-- statement: pending
SELECT "depot", "id" FROM "parcels" WHERE NOT ("grams" >= 0) LIMIT $1;

-- step: create_index_parcels_grams_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "parcels_grams_idx" ON "parcels" ("grams");
-- revert:
--   DROP INDEX "parcels_grams_idx";

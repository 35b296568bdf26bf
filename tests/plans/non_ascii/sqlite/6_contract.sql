-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_Größen_Länge_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_Größen_Länge_not_null_insert" BEFORE INSERT ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: Größen.Länge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_not_null_insert";

-- step: drop_colmig_fill_Größen_Länge
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_Größen_Länge";
-- revert:
--   CREATE TRIGGER "colmig_fill_Größen_Länge" AFTER INSERT ON "Größen"
--   FOR EACH ROW WHEN NEW."Länge" IS NULL
--   BEGIN
--     UPDATE "Größen" SET "Länge" = (upper(NEW."Straße") || ' ✓') WHERE "Nummer" = NEW."Nummer";
--   END;

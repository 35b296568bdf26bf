-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_Größen_Länge
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_Größen_Länge" AFTER INSERT ON "Größen"
FOR EACH ROW WHEN NEW."Länge" IS NULL
BEGIN
  UPDATE "Größen" SET "Länge" = (upper(NEW."Straße") || ' ✓') WHERE "Nummer" = NEW."Nummer";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_Größen_Länge";

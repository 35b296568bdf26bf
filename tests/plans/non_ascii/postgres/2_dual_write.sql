-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_Größen_Länge
-- lock: SHARE ROW EXCLUSIVE on "Größen", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_Größen_Länge"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."Länge" := (upper(NEW."Straße") || ' ✓');
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_Größen_Länge" BEFORE INSERT ON "Größen"
FOR EACH ROW WHEN (NEW."Länge" IS NULL) EXECUTE FUNCTION "colmig_fill_Größen_Länge"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_Größen_Länge" ON "Größen";
--   DROP FUNCTION "colmig_fill_Größen_Länge"();

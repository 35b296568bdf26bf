-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_Größen_Länge
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_Größen_Länge" ON "Größen";
DROP FUNCTION "colmig_fill_Größen_Länge"();
-- revert:
--   CREATE FUNCTION "colmig_fill_Größen_Länge"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."Länge" := (upper(NEW."Straße") || ' ✓');
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_Größen_Länge" BEFORE INSERT ON "Größen"
--   FOR EACH ROW WHEN (NEW."Länge" IS NULL) EXECUTE FUNCTION "colmig_fill_Größen_Länge"();

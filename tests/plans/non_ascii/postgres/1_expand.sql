-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: expand
-- database: postgres

-- step: add_column_Größen_Länge
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "Größen" ADD COLUMN "Länge" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_Größen_Länge', 'Größen', 'Länge', jsonb_build_object('Nummer', "Nummer")::text, to_jsonb("Länge")::text FROM "Größen"
--   WHERE "Länge" IS DISTINCT FROM (upper("Straße") || ' ✓');
--   ALTER TABLE "Größen" DROP COLUMN "Länge";

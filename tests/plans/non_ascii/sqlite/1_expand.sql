-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: expand
-- database: sqlite

-- step: add_column_Größen_Länge
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "Größen" ADD COLUMN "Länge" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_Größen_Länge', 'Größen', 'Länge', json_object('Nummer', quote("Nummer")), quote("Länge") FROM "Größen"
--   WHERE "Länge" IS NOT (upper("Straße") || ' ✓');
--   ALTER TABLE "Größen" DROP COLUMN "Länge";

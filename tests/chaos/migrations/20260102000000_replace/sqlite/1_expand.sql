-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: sqlite

-- step: add_column_items_badge
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "badge" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'badge', json_object('id', quote("id")), quote("badge") FROM "items"
--   WHERE "badge" IS NOT ('#' || "kind");
--   ALTER TABLE "items" DROP COLUMN "badge";

-- step: add_column_items_label
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "label" TEXT;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "label";

-- step: add_column_items_amount_2
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "amount_2" INTEGER;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "amount_2";

-- step: add_column_items_tone
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "tone" TEXT;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "tone";

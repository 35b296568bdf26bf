-- colmig 1
-- migration: 20260102000000_replace
-- phase: expand
-- database: postgres

-- step: add_column_items_badge
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "badge" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'badge', jsonb_build_object('id', "id")::text, to_jsonb("badge")::text FROM "items"
--   WHERE "badge" IS DISTINCT FROM ('#' || "kind");
--   ALTER TABLE "items" DROP COLUMN "badge";

-- step: add_column_items_label
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "label" text;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "label";

-- step: add_column_items_amount_2
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "amount_2" bigint;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "amount_2";

-- step: add_column_items_tone
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "items" ADD COLUMN "tone" text;
-- revert:
--   ALTER TABLE "items" DROP COLUMN "tone";

-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: expand
-- database: postgres

-- step: add_column_order_group
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "order" ADD COLUMN "group" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'group', jsonb_build_object('id', "id")::text, to_jsonb("group")::text FROM "order"
--   WHERE "group" IS DISTINCT FROM ("type");
--   ALTER TABLE "order" DROP COLUMN "group";

-- step: add_column_order_says "when"
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "order" ADD COLUMN "says ""when""" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'says "when"', jsonb_build_object('id', "id")::text, to_jsonb("says ""when""")::text FROM "order"
--   WHERE "says ""when""" IS DISTINCT FROM (NULL);
--   ALTER TABLE "order" DROP COLUMN "says ""when""";

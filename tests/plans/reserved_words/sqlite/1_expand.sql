-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: expand
-- database: sqlite

-- step: add_column_order_group
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "order" ADD COLUMN "group" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'group', json_object('id', quote("id")), quote("group") FROM "order"
--   WHERE "group" IS NOT ("type");
--   ALTER TABLE "order" DROP COLUMN "group";

-- step: add_column_order_says "when"
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "order" ADD COLUMN "says ""when""" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_order_group_and_1_more', 'order', 'says "when"', json_object('id', quote("id")), quote("says ""when""") FROM "order"
--   WHERE "says ""when""" IS NOT (NULL);
--   ALTER TABLE "order" DROP COLUMN "says ""when""";

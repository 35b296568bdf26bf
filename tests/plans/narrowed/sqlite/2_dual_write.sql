-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_orders_label_2
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_orders_label_2_insert_up" AFTER INSERT ON "orders"
FOR EACH ROW WHEN NEW."label_2" IS NULL AND (NEW."label_2" IS NOT (NEW."label"))
BEGIN
  UPDATE "orders" SET "label_2" = (NEW."label") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_orders_label_2_insert_down" AFTER INSERT ON "orders"
FOR EACH ROW WHEN NOT (NEW."label_2" IS NULL) AND NEW."label" IS NULL AND (NEW."label_2" IS NOT (NEW."label"))
BEGIN
  UPDATE "orders" SET "label" = (NEW."label_2") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_orders_label_2_update_up" AFTER UPDATE OF "label" ON "orders"
FOR EACH ROW WHEN NEW."label_2" IS OLD."label_2" AND NOT (NEW."label" IS OLD."label") AND (NEW."label_2" IS NOT (NEW."label")) AND (NEW."label" IS NOT (NEW."label_2"))
BEGIN
  UPDATE "orders" SET "label_2" = (NEW."label") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_orders_label_2_update_down" AFTER UPDATE OF "label_2" ON "orders"
FOR EACH ROW WHEN NEW."label" IS OLD."label" AND NOT (NEW."label_2" IS OLD."label_2") AND (NEW."label_2" IS NOT (NEW."label"))
BEGIN
  UPDATE "orders" SET "label" = (NEW."label_2") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_label_2', 'orders', 'label_2', json_object('id', quote("id")), quote("label_2") FROM "orders"
--   WHERE "label_2" IS NOT NULL AND "label_2" IS NOT ("label");
--   DROP TRIGGER "colmig_mirror_orders_label_2_insert_up";
--   DROP TRIGGER "colmig_mirror_orders_label_2_insert_down";
--   DROP TRIGGER "colmig_mirror_orders_label_2_update_up";
--   DROP TRIGGER "colmig_mirror_orders_label_2_update_down";

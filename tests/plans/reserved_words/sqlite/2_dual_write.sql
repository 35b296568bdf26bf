-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_order_group
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_order_group" AFTER INSERT ON "order"
FOR EACH ROW WHEN NEW."group" IS NULL
BEGIN
  UPDATE "order" SET "group" = (NEW."type") WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_order_group";

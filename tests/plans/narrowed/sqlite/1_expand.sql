-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: expand
-- database: sqlite

-- step: add_column_orders_label_2
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "orders" ADD COLUMN "label_2" varchar(20);
-- revert:
--   ALTER TABLE "orders" DROP COLUMN "label_2";

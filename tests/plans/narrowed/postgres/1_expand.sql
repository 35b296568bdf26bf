-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: expand
-- database: postgres

-- step: add_column_orders_label_2
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "orders" ADD COLUMN "label_2" varchar(20);
-- revert:
--   ALTER TABLE "orders" DROP COLUMN "label_2";

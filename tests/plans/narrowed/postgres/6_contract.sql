-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: contract
-- database: postgres

-- step: drop_legacy_orders
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_orders_label_2" ON "orders";
DROP FUNCTION "colmig_mirror_orders_label_2"();
ALTER TABLE "orders" DROP COLUMN "label";

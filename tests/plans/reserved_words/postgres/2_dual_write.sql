-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_order_group
-- lock: SHARE ROW EXCLUSIVE on "order", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_order_group"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."group" := (NEW."type");
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_order_group" BEFORE INSERT ON "order"
FOR EACH ROW WHEN (NEW."group" IS NULL) EXECUTE FUNCTION "colmig_fill_order_group"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_order_group" ON "order";
--   DROP FUNCTION "colmig_fill_order_group"();

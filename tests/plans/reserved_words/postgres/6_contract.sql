-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_order_group
-- lock: ACCESS EXCLUSIVE on "order", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_order_group" ON "order";
DROP FUNCTION "colmig_fill_order_group"();
-- revert:
--   CREATE FUNCTION "colmig_fill_order_group"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."group" := (NEW."type");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_order_group" BEFORE INSERT ON "order"
--   FOR EACH ROW WHEN (NEW."group" IS NULL) EXECUTE FUNCTION "colmig_fill_order_group"();

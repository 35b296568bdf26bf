-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_orders_label_2
-- lock: SHARE ROW EXCLUSIVE on "orders", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_orders_label_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."label_2" IS NULL THEN
      NEW."label_2" := (CASE WHEN length(NEW."label") <= 20 THEN NEW."label" END);
    ELSIF NEW."label" IS NULL AND (NEW."label_2" IS DISTINCT FROM (CASE WHEN length(NEW."label") <= 20 THEN NEW."label" END)) THEN
      NEW."label" := (NEW."label_2");
    END IF;
  ELSIF NEW."label_2" IS NOT DISTINCT FROM OLD."label_2" AND NOT (NEW."label" IS NOT DISTINCT FROM OLD."label") THEN
    NEW."label_2" := (CASE WHEN length(NEW."label") <= 20 THEN NEW."label" END);
  ELSIF NEW."label" IS NOT DISTINCT FROM OLD."label" AND NOT (NEW."label_2" IS NOT DISTINCT FROM OLD."label_2") AND (NEW."label_2" IS DISTINCT FROM (CASE WHEN length(NEW."label") <= 20 THEN NEW."label" END)) THEN
    NEW."label" := (NEW."label_2");
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_orders_label_2" BEFORE INSERT OR UPDATE OF "label_2", "label" ON "orders"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_orders_label_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_label_2', 'orders', 'label_2', jsonb_build_object('id', "id")::text, to_jsonb("label_2")::text FROM "orders"
--   WHERE "label_2" IS NOT NULL AND "label_2" IS DISTINCT FROM (CASE WHEN length("label") <= 20 THEN "label" END);
--   DROP TRIGGER "zz_colmig_mirror_orders_label_2" ON "orders";
--   DROP FUNCTION "colmig_mirror_orders_label_2"();

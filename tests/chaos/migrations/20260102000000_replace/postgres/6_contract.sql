-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_items_badge
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_items_badge" ON "items";
DROP FUNCTION "colmig_fill_items_badge"();
-- revert:
--   CREATE FUNCTION "colmig_fill_items_badge"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."badge" := ('#' || NEW."kind");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_items_badge" BEFORE INSERT ON "items"
--   FOR EACH ROW WHEN (NEW."badge" IS NULL) EXECUTE FUNCTION "colmig_fill_items_badge"();

-- step: drop_legacy_items
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_items_label" ON "items";
DROP FUNCTION "colmig_mirror_items_label"();
DROP TRIGGER "zz_colmig_mirror_items_amount_2" ON "items";
DROP FUNCTION "colmig_mirror_items_amount_2"();
DROP TRIGGER "zz_colmig_mirror_items_tone" ON "items";
DROP FUNCTION "colmig_mirror_items_tone"();
ALTER TABLE "items" DROP COLUMN "title", DROP COLUMN "amount", DROP COLUMN "shade";

-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_items_badge
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_items_badge" AFTER INSERT ON "items"
FOR EACH ROW WHEN NEW."badge" IS NULL
BEGIN
  UPDATE "items" SET "badge" = ('#' || NEW."kind") WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_items_badge";

-- step: create_colmig_mirror_items_label
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_items_label_insert_up" AFTER INSERT ON "items"
FOR EACH ROW WHEN NEW."label" IS NULL AND (NEW."label" IS NOT (NEW."title"))
BEGIN
  UPDATE "items" SET "label" = (NEW."title") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_label_insert_down" AFTER INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."label" IS NULL) AND NEW."title" IS NULL AND (NEW."label" IS NOT (NEW."title"))
BEGIN
  UPDATE "items" SET "title" = (NEW."label") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_label_update_up" AFTER UPDATE OF "title" ON "items"
FOR EACH ROW WHEN NEW."label" IS OLD."label" AND NOT (NEW."title" IS OLD."title") AND (NEW."label" IS NOT (NEW."title")) AND (NEW."title" IS NOT (NEW."label"))
BEGIN
  UPDATE "items" SET "label" = (NEW."title") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_label_update_down" AFTER UPDATE OF "label" ON "items"
FOR EACH ROW WHEN NEW."title" IS OLD."title" AND NOT (NEW."label" IS OLD."label") AND (NEW."label" IS NOT (NEW."title"))
BEGIN
  UPDATE "items" SET "title" = (NEW."label") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'label', json_object('id', quote("id")), quote("label") FROM "items"
--   WHERE "label" IS NOT NULL AND "label" IS NOT ("title");
--   DROP TRIGGER "colmig_mirror_items_label_insert_up";
--   DROP TRIGGER "colmig_mirror_items_label_insert_down";
--   DROP TRIGGER "colmig_mirror_items_label_update_up";
--   DROP TRIGGER "colmig_mirror_items_label_update_down";

-- step: create_colmig_mirror_items_amount_2
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_items_amount_2_insert_up" AFTER INSERT ON "items"
FOR EACH ROW WHEN NEW."amount_2" IS NULL AND (NEW."amount_2" IS NOT (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END))
BEGIN
  UPDATE "items" SET "amount_2" = (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_amount_2_insert_down" AFTER INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."amount_2" IS NULL) AND NEW."amount" IS NULL AND (NEW."amount_2" IS NOT (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END))
BEGIN
  UPDATE "items" SET "amount" = (CAST(NEW."amount_2" AS text)) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_amount_2_update_up" AFTER UPDATE OF "amount" ON "items"
FOR EACH ROW WHEN NEW."amount_2" IS OLD."amount_2" AND NOT (NEW."amount" IS OLD."amount") AND (NEW."amount_2" IS NOT (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END)) AND (NEW."amount" IS NOT (CAST(NEW."amount_2" AS text)))
BEGIN
  UPDATE "items" SET "amount_2" = (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_amount_2_update_down" AFTER UPDATE OF "amount_2" ON "items"
FOR EACH ROW WHEN NEW."amount" IS OLD."amount" AND NOT (NEW."amount_2" IS OLD."amount_2") AND (NEW."amount_2" IS NOT (CASE WHEN (trim(NEW."amount") GLOB '[0-9]*' OR trim(NEW."amount") GLOB '[-+][0-9]*') AND substr(trim(NEW."amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."amount"), '+-0')) <= 18 OR CAST(CAST(NEW."amount" AS INTEGER) AS TEXT) = NEW."amount") AND CAST(NEW."amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS INTEGER) END))
BEGIN
  UPDATE "items" SET "amount" = (CAST(NEW."amount_2" AS text)) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'amount_2', json_object('id', quote("id")), quote("amount_2") FROM "items"
--   WHERE "amount_2" IS NOT NULL AND "amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END);
--   DROP TRIGGER "colmig_mirror_items_amount_2_insert_up";
--   DROP TRIGGER "colmig_mirror_items_amount_2_insert_down";
--   DROP TRIGGER "colmig_mirror_items_amount_2_update_up";
--   DROP TRIGGER "colmig_mirror_items_amount_2_update_down";

-- step: create_colmig_mirror_items_tone
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_items_tone_insert_up" AFTER INSERT ON "items"
FOR EACH ROW WHEN NEW."tone" IS NULL AND (NEW."tone" IS NOT (lower(NEW."shade")))
BEGIN
  UPDATE "items" SET "tone" = (lower(NEW."shade")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_tone_insert_down" AFTER INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."tone" IS NULL) AND NEW."shade" IS NULL AND (NEW."tone" IS NOT (lower(NEW."shade")))
BEGIN
  UPDATE "items" SET "shade" = (NEW."tone") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_tone_update_up" AFTER UPDATE OF "shade" ON "items"
FOR EACH ROW WHEN NEW."tone" IS OLD."tone" AND NOT (NEW."shade" IS OLD."shade") AND (NEW."tone" IS NOT (lower(NEW."shade"))) AND (NEW."shade" IS NOT (NEW."tone"))
BEGIN
  UPDATE "items" SET "tone" = (lower(NEW."shade")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_items_tone_update_down" AFTER UPDATE OF "tone" ON "items"
FOR EACH ROW WHEN NEW."shade" IS OLD."shade" AND NOT (NEW."tone" IS OLD."tone") AND (NEW."tone" IS NOT (lower(NEW."shade")))
BEGIN
  UPDATE "items" SET "shade" = (NEW."tone") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'tone', json_object('id', quote("id")), quote("tone") FROM "items"
--   WHERE "tone" IS NOT NULL AND "tone" IS NOT (lower("shade"));
--   DROP TRIGGER "colmig_mirror_items_tone_insert_up";
--   DROP TRIGGER "colmig_mirror_items_tone_insert_down";
--   DROP TRIGGER "colmig_mirror_items_tone_update_up";
--   DROP TRIGGER "colmig_mirror_items_tone_update_down";

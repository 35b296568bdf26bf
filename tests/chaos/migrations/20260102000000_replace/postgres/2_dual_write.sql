-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_items_badge
-- lock: SHARE ROW EXCLUSIVE on "items", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_items_badge"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."badge" := ('#' || NEW."kind");
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_items_badge" BEFORE INSERT ON "items"
FOR EACH ROW WHEN (NEW."badge" IS NULL) EXECUTE FUNCTION "colmig_fill_items_badge"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_items_badge" ON "items";
--   DROP FUNCTION "colmig_fill_items_badge"();

-- step: create_colmig_mirror_items_label
-- lock: SHARE ROW EXCLUSIVE on "items", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_items_label"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."label" IS NULL THEN
      NEW."label" := (NEW."title");
    ELSIF NEW."title" IS NULL AND (NEW."label" IS DISTINCT FROM (NEW."title")) THEN
      NEW."title" := (NEW."label");
    END IF;
  ELSIF NEW."label" IS NOT DISTINCT FROM OLD."label" AND NOT (NEW."title" IS NOT DISTINCT FROM OLD."title") THEN
    NEW."label" := (NEW."title");
  ELSIF NEW."title" IS NOT DISTINCT FROM OLD."title" AND NOT (NEW."label" IS NOT DISTINCT FROM OLD."label") AND (NEW."label" IS DISTINCT FROM (NEW."title")) THEN
    NEW."title" := (NEW."label");
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_items_label" BEFORE INSERT OR UPDATE OF "label", "title" ON "items"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_items_label"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'label', jsonb_build_object('id', "id")::text, to_jsonb("label")::text FROM "items"
--   WHERE "label" IS NOT NULL AND "label" IS DISTINCT FROM ("title");
--   DROP TRIGGER "zz_colmig_mirror_items_label" ON "items";
--   DROP FUNCTION "colmig_mirror_items_label"();

-- step: create_colmig_mirror_items_amount_2
-- lock: SHARE ROW EXCLUSIVE on "items", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_items_amount_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."amount_2" IS NULL THEN
      NEW."amount_2" := (CASE WHEN NEW."amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."amount") <= 40 THEN CASE WHEN CAST(NEW."amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS bigint) END END);
    ELSIF NEW."amount" IS NULL AND (NEW."amount_2" IS DISTINCT FROM (CASE WHEN NEW."amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."amount") <= 40 THEN CASE WHEN CAST(NEW."amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS bigint) END END)) THEN
      NEW."amount" := (CAST(NEW."amount_2" AS text));
    END IF;
  ELSIF NEW."amount_2" IS NOT DISTINCT FROM OLD."amount_2" AND NOT (NEW."amount" IS NOT DISTINCT FROM OLD."amount") THEN
    NEW."amount_2" := (CASE WHEN NEW."amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."amount") <= 40 THEN CASE WHEN CAST(NEW."amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS bigint) END END);
  ELSIF NEW."amount" IS NOT DISTINCT FROM OLD."amount" AND NOT (NEW."amount_2" IS NOT DISTINCT FROM OLD."amount_2") AND (NEW."amount_2" IS DISTINCT FROM (CASE WHEN NEW."amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."amount") <= 40 THEN CASE WHEN CAST(NEW."amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW."amount" AS bigint) END END)) THEN
    NEW."amount" := (CAST(NEW."amount_2" AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_items_amount_2" BEFORE INSERT OR UPDATE OF "amount_2", "amount" ON "items"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_items_amount_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'amount_2', jsonb_build_object('id', "id")::text, to_jsonb("amount_2")::text FROM "items"
--   WHERE "amount_2" IS NOT NULL AND "amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END);
--   DROP TRIGGER "zz_colmig_mirror_items_amount_2" ON "items";
--   DROP FUNCTION "colmig_mirror_items_amount_2"();

-- step: create_colmig_mirror_items_tone
-- lock: SHARE ROW EXCLUSIVE on "items", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_items_tone"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."tone" IS NULL THEN
      NEW."tone" := (CAST(lower(NEW."shade") AS text));
    ELSIF NEW."shade" IS NULL AND (NEW."tone" IS DISTINCT FROM (CAST(lower(NEW."shade") AS text))) THEN
      NEW."shade" := (NEW."tone");
    END IF;
  ELSIF NEW."tone" IS NOT DISTINCT FROM OLD."tone" AND NOT (NEW."shade" IS NOT DISTINCT FROM OLD."shade") THEN
    NEW."tone" := (CAST(lower(NEW."shade") AS text));
  ELSIF NEW."shade" IS NOT DISTINCT FROM OLD."shade" AND NOT (NEW."tone" IS NOT DISTINCT FROM OLD."tone") AND (NEW."tone" IS DISTINCT FROM (CAST(lower(NEW."shade") AS text))) THEN
    NEW."shade" := (NEW."tone");
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_items_tone" BEFORE INSERT OR UPDATE OF "tone", "shade" ON "items"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_items_tone"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'tone', jsonb_build_object('id', "id")::text, to_jsonb("tone")::text FROM "items"
--   WHERE "tone" IS NOT NULL AND "tone" IS DISTINCT FROM (CAST(lower("shade") AS text));
--   DROP TRIGGER "zz_colmig_mirror_items_tone" ON "items";
--   DROP FUNCTION "colmig_mirror_items_tone"();

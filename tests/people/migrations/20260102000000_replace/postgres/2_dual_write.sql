-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_people_handle
-- lock: SHARE ROW EXCLUSIVE on "people", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_people_handle"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."handle" IS NULL THEN
      NEW."handle" := (NEW."nick");
    ELSIF NEW."nick" IS NULL AND (NEW."handle" IS DISTINCT FROM (NEW."nick")) THEN
      NEW."nick" := (NEW."handle");
    END IF;
  ELSIF NEW."handle" IS NOT DISTINCT FROM OLD."handle" AND NOT (NEW."nick" IS NOT DISTINCT FROM OLD."nick") THEN
    NEW."handle" := (NEW."nick");
  ELSIF NEW."nick" IS NOT DISTINCT FROM OLD."nick" AND NOT (NEW."handle" IS NOT DISTINCT FROM OLD."handle") AND (NEW."handle" IS DISTINCT FROM (NEW."nick")) THEN
    NEW."nick" := (NEW."handle");
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_people_handle" BEFORE INSERT OR UPDATE OF "handle", "nick" ON "people"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_people_handle"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'handle', jsonb_build_object('id', "id")::text, to_jsonb("handle")::text FROM "people"
--   WHERE "handle" IS NOT NULL AND "handle" IS DISTINCT FROM ("nick");
--   DROP TRIGGER "zz_colmig_mirror_people_handle" ON "people";
--   DROP FUNCTION "colmig_mirror_people_handle"();

-- step: create_colmig_mirror_people_age_2
-- lock: SHARE ROW EXCLUSIVE on "people", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_people_age_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."age_2" IS NULL THEN
      NEW."age_2" := (CASE WHEN NEW."age" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."age") <= 40 THEN CASE WHEN CAST(NEW."age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS integer) END END);
    ELSIF NEW."age" IS NULL AND (NEW."age_2" IS DISTINCT FROM (CASE WHEN NEW."age" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."age") <= 40 THEN CASE WHEN CAST(NEW."age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS integer) END END)) THEN
      NEW."age" := (CAST(NEW."age_2" AS text));
    END IF;
  ELSIF NEW."age_2" IS NOT DISTINCT FROM OLD."age_2" AND NOT (NEW."age" IS NOT DISTINCT FROM OLD."age") THEN
    NEW."age_2" := (CASE WHEN NEW."age" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."age") <= 40 THEN CASE WHEN CAST(NEW."age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS integer) END END);
  ELSIF NEW."age" IS NOT DISTINCT FROM OLD."age" AND NOT (NEW."age_2" IS NOT DISTINCT FROM OLD."age_2") AND (NEW."age_2" IS DISTINCT FROM (CASE WHEN NEW."age" ~ '^\s*[+-]?[0-9]+\s*$' AND length(NEW."age") <= 40 THEN CASE WHEN CAST(NEW."age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS integer) END END)) THEN
    NEW."age" := (CAST(NEW."age_2" AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_people_age_2" BEFORE INSERT OR UPDATE OF "age_2", "age" ON "people"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_people_age_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'age_2', jsonb_build_object('id', "id")::text, to_jsonb("age_2")::text FROM "people"
--   WHERE "age_2" IS NOT NULL AND "age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END);
--   DROP TRIGGER "zz_colmig_mirror_people_age_2" ON "people";
--   DROP FUNCTION "colmig_mirror_people_age_2"();

-- step: create_colmig_mirror_people_first_name
-- lock: SHARE ROW EXCLUSIVE on "people", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_people_first_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."first_name" IS NULL AND NEW."last_name" IS NULL THEN
      NEW."first_name" := (CAST(rtrim(rtrim(NEW."name", replace(NEW."name", ' ', ''))) AS text));
      NEW."last_name" := (CAST(nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '') AS text));
    ELSIF NEW."name" IS NULL AND (NEW."first_name" IS DISTINCT FROM (CAST(rtrim(rtrim(NEW."name", replace(NEW."name", ' ', ''))) AS text)) OR NEW."last_name" IS DISTINCT FROM (CAST(nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '') AS text))) THEN
      NEW."name" := (CAST(ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", '')) AS text));
    END IF;
  ELSIF NEW."first_name" IS NOT DISTINCT FROM OLD."first_name" AND NEW."last_name" IS NOT DISTINCT FROM OLD."last_name" AND NOT (NEW."name" IS NOT DISTINCT FROM OLD."name") THEN
    NEW."first_name" := (CAST(rtrim(rtrim(NEW."name", replace(NEW."name", ' ', ''))) AS text));
    NEW."last_name" := (CAST(nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '') AS text));
  ELSIF NEW."name" IS NOT DISTINCT FROM OLD."name" AND NOT (NEW."first_name" IS NOT DISTINCT FROM OLD."first_name" AND NEW."last_name" IS NOT DISTINCT FROM OLD."last_name") AND (NEW."first_name" IS DISTINCT FROM (CAST(rtrim(rtrim(NEW."name", replace(NEW."name", ' ', ''))) AS text)) OR NEW."last_name" IS DISTINCT FROM (CAST(nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '') AS text))) THEN
    NEW."name" := (CAST(ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", '')) AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_people_first_name" BEFORE INSERT OR UPDATE OF "first_name", "last_name", "name" ON "people"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_people_first_name"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'first_name', jsonb_build_object('id', "id")::text, to_jsonb("first_name")::text FROM "people"
--   WHERE "first_name" IS NOT NULL AND "first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'last_name', jsonb_build_object('id', "id")::text, to_jsonb("last_name")::text FROM "people"
--   WHERE "last_name" IS NOT NULL AND "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text));
--   DROP TRIGGER "zz_colmig_mirror_people_first_name" ON "people";
--   DROP FUNCTION "colmig_mirror_people_first_name"();

-- step: create_colmig_mirror_people_address
-- lock: SHARE ROW EXCLUSIVE on "people", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_people_address"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."address" IS NULL THEN
      NEW."address" := (CAST(NEW."street" || ' ' || NEW."town" AS text));
    ELSIF NEW."street" IS NULL AND NEW."town" IS NULL AND (NEW."address" IS DISTINCT FROM (CAST(NEW."street" || ' ' || NEW."town" AS text))) THEN
      NEW."street" := (CAST(rtrim(rtrim(NEW."address", replace(NEW."address", ' ', ''))) AS text));
      NEW."town" := (CAST(replace(NEW."address", rtrim(NEW."address", replace(NEW."address", ' ', '')), '') AS text));
    END IF;
  ELSIF NEW."address" IS NOT DISTINCT FROM OLD."address" AND NOT (NEW."street" IS NOT DISTINCT FROM OLD."street" AND NEW."town" IS NOT DISTINCT FROM OLD."town") THEN
    NEW."address" := (CAST(NEW."street" || ' ' || NEW."town" AS text));
  ELSIF NEW."street" IS NOT DISTINCT FROM OLD."street" AND NEW."town" IS NOT DISTINCT FROM OLD."town" AND NOT (NEW."address" IS NOT DISTINCT FROM OLD."address") AND (NEW."address" IS DISTINCT FROM (CAST(NEW."street" || ' ' || NEW."town" AS text))) THEN
    NEW."street" := (CAST(rtrim(rtrim(NEW."address", replace(NEW."address", ' ', ''))) AS text));
    NEW."town" := (CAST(replace(NEW."address", rtrim(NEW."address", replace(NEW."address", ' ', '')), '') AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_people_address" BEFORE INSERT OR UPDATE OF "address", "street", "town" ON "people"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_people_address"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'address', jsonb_build_object('id', "id")::text, to_jsonb("address")::text FROM "people"
--   WHERE "address" IS NOT NULL AND "address" IS DISTINCT FROM (CAST("street" || ' ' || "town" AS text));
--   DROP TRIGGER "zz_colmig_mirror_people_address" ON "people";
--   DROP FUNCTION "colmig_mirror_people_address"();

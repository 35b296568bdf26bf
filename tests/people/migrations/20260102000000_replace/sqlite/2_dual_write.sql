-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_people_handle
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_people_handle_insert_up" AFTER INSERT ON "people"
FOR EACH ROW WHEN NEW."handle" IS NULL AND (NEW."handle" IS NOT (NEW."nick"))
BEGIN
  UPDATE "people" SET "handle" = (NEW."nick") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_handle_insert_down" AFTER INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."handle" IS NULL) AND NEW."nick" IS NULL AND (NEW."handle" IS NOT (NEW."nick"))
BEGIN
  UPDATE "people" SET "nick" = (NEW."handle") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_handle_update_up" AFTER UPDATE OF "nick" ON "people"
FOR EACH ROW WHEN NEW."handle" IS OLD."handle" AND NOT (NEW."nick" IS OLD."nick") AND (NEW."handle" IS NOT (NEW."nick")) AND (NEW."nick" IS NOT (NEW."handle"))
BEGIN
  UPDATE "people" SET "handle" = (NEW."nick") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_handle_update_down" AFTER UPDATE OF "handle" ON "people"
FOR EACH ROW WHEN NEW."nick" IS OLD."nick" AND NOT (NEW."handle" IS OLD."handle") AND (NEW."handle" IS NOT (NEW."nick"))
BEGIN
  UPDATE "people" SET "nick" = (NEW."handle") WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'handle', json_object('id', quote("id")), quote("handle") FROM "people"
--   WHERE "handle" IS NOT NULL AND "handle" IS NOT ("nick");
--   DROP TRIGGER "colmig_mirror_people_handle_insert_up";
--   DROP TRIGGER "colmig_mirror_people_handle_insert_down";
--   DROP TRIGGER "colmig_mirror_people_handle_update_up";
--   DROP TRIGGER "colmig_mirror_people_handle_update_down";

-- step: create_colmig_mirror_people_age_2
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_people_age_2_insert_up" AFTER INSERT ON "people"
FOR EACH ROW WHEN NEW."age_2" IS NULL AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "people" SET "age_2" = (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_age_2_insert_down" AFTER INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NULL) AND NEW."age" IS NULL AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "people" SET "age" = (CAST(NEW."age_2" AS text)) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_age_2_update_up" AFTER UPDATE OF "age" ON "people"
FOR EACH ROW WHEN NEW."age_2" IS OLD."age_2" AND NOT (NEW."age" IS OLD."age") AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END)) AND (NEW."age" IS NOT (CAST(NEW."age_2" AS text)))
BEGIN
  UPDATE "people" SET "age_2" = (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_age_2_update_down" AFTER UPDATE OF "age_2" ON "people"
FOR EACH ROW WHEN NEW."age" IS OLD."age" AND NOT (NEW."age_2" IS OLD."age_2") AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "people" SET "age" = (CAST(NEW."age_2" AS text)) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'age_2', json_object('id', quote("id")), quote("age_2") FROM "people"
--   WHERE "age_2" IS NOT NULL AND "age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END);
--   DROP TRIGGER "colmig_mirror_people_age_2_insert_up";
--   DROP TRIGGER "colmig_mirror_people_age_2_insert_down";
--   DROP TRIGGER "colmig_mirror_people_age_2_update_up";
--   DROP TRIGGER "colmig_mirror_people_age_2_update_down";

-- step: create_colmig_mirror_people_first_name
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_people_first_name_insert_up" AFTER INSERT ON "people"
FOR EACH ROW WHEN NEW."first_name" IS NULL AND NEW."last_name" IS NULL AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "people" SET "first_name" = (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))), "last_name" = (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_first_name_insert_down" AFTER INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NULL AND NEW."last_name" IS NULL) AND NEW."name" IS NULL AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "people" SET "name" = (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_first_name_update_up" AFTER UPDATE OF "name" ON "people"
FOR EACH ROW WHEN NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name" AND NOT (NEW."name" IS OLD."name") AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), ''))) AND (NEW."name" IS NOT (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))))
BEGIN
  UPDATE "people" SET "first_name" = (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))), "last_name" = (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_first_name_update_down" AFTER UPDATE OF "first_name", "last_name" ON "people"
FOR EACH ROW WHEN NEW."name" IS OLD."name" AND NOT (NEW."first_name" IS OLD."first_name" AND NEW."last_name" IS OLD."last_name") AND (NEW."first_name" IS NOT (rtrim(rtrim(NEW."name", replace(NEW."name", ' ', '')))) OR NEW."last_name" IS NOT (nullif(replace(NEW."name", rtrim(NEW."name", replace(NEW."name", ' ', '')), ''), '')))
BEGIN
  UPDATE "people" SET "name" = (ltrim(NEW."first_name" || ' ' || coalesce(NEW."last_name", ''))) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'first_name', json_object('id', quote("id")), quote("first_name") FROM "people"
--   WHERE "first_name" IS NOT NULL AND "first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', ''))));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'last_name', json_object('id', quote("id")), quote("last_name") FROM "people"
--   WHERE "last_name" IS NOT NULL AND "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''));
--   DROP TRIGGER "colmig_mirror_people_first_name_insert_up";
--   DROP TRIGGER "colmig_mirror_people_first_name_insert_down";
--   DROP TRIGGER "colmig_mirror_people_first_name_update_up";
--   DROP TRIGGER "colmig_mirror_people_first_name_update_down";

-- step: create_colmig_mirror_people_address
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_people_address_insert_up" AFTER INSERT ON "people"
FOR EACH ROW WHEN NEW."address" IS NULL AND (NEW."address" IS NOT (NEW."street" || ' ' || NEW."town"))
BEGIN
  UPDATE "people" SET "address" = (NEW."street" || ' ' || NEW."town") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_address_insert_down" AFTER INSERT ON "people"
FOR EACH ROW WHEN NOT (NEW."address" IS NULL) AND NEW."street" IS NULL AND NEW."town" IS NULL AND (NEW."address" IS NOT (NEW."street" || ' ' || NEW."town"))
BEGIN
  UPDATE "people" SET "street" = (rtrim(rtrim(NEW."address", replace(NEW."address", ' ', '')))), "town" = (replace(NEW."address", rtrim(NEW."address", replace(NEW."address", ' ', '')), '')) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_address_update_up" AFTER UPDATE OF "street", "town" ON "people"
FOR EACH ROW WHEN NEW."address" IS OLD."address" AND NOT (NEW."street" IS OLD."street" AND NEW."town" IS OLD."town") AND (NEW."address" IS NOT (NEW."street" || ' ' || NEW."town")) AND (NEW."street" IS NOT (rtrim(rtrim(NEW."address", replace(NEW."address", ' ', '')))) OR NEW."town" IS NOT (replace(NEW."address", rtrim(NEW."address", replace(NEW."address", ' ', '')), '')))
BEGIN
  UPDATE "people" SET "address" = (NEW."street" || ' ' || NEW."town") WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_people_address_update_down" AFTER UPDATE OF "address" ON "people"
FOR EACH ROW WHEN NEW."street" IS OLD."street" AND NEW."town" IS OLD."town" AND NOT (NEW."address" IS OLD."address") AND (NEW."address" IS NOT (NEW."street" || ' ' || NEW."town"))
BEGIN
  UPDATE "people" SET "street" = (rtrim(rtrim(NEW."address", replace(NEW."address", ' ', '')))), "town" = (replace(NEW."address", rtrim(NEW."address", replace(NEW."address", ' ', '')), '')) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'address', json_object('id', quote("id")), quote("address") FROM "people"
--   WHERE "address" IS NOT NULL AND "address" IS NOT ("street" || ' ' || "town");
--   DROP TRIGGER "colmig_mirror_people_address_insert_up";
--   DROP TRIGGER "colmig_mirror_people_address_insert_down";
--   DROP TRIGGER "colmig_mirror_people_address_update_up";
--   DROP TRIGGER "colmig_mirror_people_address_update_down";

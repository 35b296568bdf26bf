-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_mirror_users_age_2
-- lock: the database's write lock, for an instant
-- safe: whoever writes one side only has the other written from now on, right behind it in the same statement
CREATE TRIGGER "colmig_mirror_users_age_2_insert_up" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."age_2" IS NULL AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "users" SET "age_2" = (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_age_2_insert_down" AFTER INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NULL) AND NEW."age" IS NULL AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "users" SET "age" = (CAST(NEW."age_2" AS text)) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_age_2_update_up" AFTER UPDATE OF "age" ON "users"
FOR EACH ROW WHEN NEW."age_2" IS OLD."age_2" AND NOT (NEW."age" IS OLD."age") AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END)) AND (NEW."age" IS NOT (CAST(NEW."age_2" AS text)))
BEGIN
  UPDATE "users" SET "age_2" = (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_mirror_users_age_2_update_down" AFTER UPDATE OF "age_2" ON "users"
FOR EACH ROW WHEN NEW."age" IS OLD."age" AND NOT (NEW."age_2" IS OLD."age_2") AND (NEW."age_2" IS NOT (CASE WHEN (trim(NEW."age") GLOB '[0-9]*' OR trim(NEW."age") GLOB '[-+][0-9]*') AND substr(trim(NEW."age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim(NEW."age"), '+-0')) <= 18 OR CAST(CAST(NEW."age" AS INTEGER) AS TEXT) = NEW."age") AND CAST(NEW."age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."age" AS INTEGER) END))
BEGIN
  UPDATE "users" SET "age" = (CAST(NEW."age_2" AS text)) WHERE "id" = NEW."id";
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_age_2', 'users', 'age_2', json_object('id', quote("id")), quote("age_2") FROM "users"
--   WHERE "age_2" IS NOT NULL AND "age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END);
--   DROP TRIGGER "colmig_mirror_users_age_2_insert_up";
--   DROP TRIGGER "colmig_mirror_users_age_2_insert_down";
--   DROP TRIGGER "colmig_mirror_users_age_2_update_up";
--   DROP TRIGGER "colmig_mirror_users_age_2_update_down";

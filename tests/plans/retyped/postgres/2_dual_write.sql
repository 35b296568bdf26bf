-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_users_age_2
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_age_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
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
CREATE TRIGGER "zz_colmig_mirror_users_age_2" BEFORE INSERT OR UPDATE OF "age_2", "age" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_age_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_age_2', 'users', 'age_2', jsonb_build_object('id', "id")::text, to_jsonb("age_2")::text FROM "users"
--   WHERE "age_2" IS NOT NULL AND "age_2" IS DISTINCT FROM (CASE WHEN "age" ~ '^\s*[+-]?[0-9]+\s*$' AND length("age") <= 40 THEN CASE WHEN CAST("age" AS numeric) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS integer) END END);
--   DROP TRIGGER "zz_colmig_mirror_users_age_2" ON "users";
--   DROP FUNCTION "colmig_mirror_users_age_2"();

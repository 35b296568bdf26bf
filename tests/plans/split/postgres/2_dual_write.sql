-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_users_first_name
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_first_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
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
CREATE TRIGGER "zz_colmig_mirror_users_first_name" BEFORE INSERT OR UPDATE OF "first_name", "last_name", "name" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_first_name"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'first_name', jsonb_build_object('id', "id")::text, to_jsonb("first_name")::text FROM "users"
--   WHERE "first_name" IS NOT NULL AND "first_name" IS DISTINCT FROM (CAST(rtrim(rtrim("name", replace("name", ' ', ''))) AS text));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'last_name', jsonb_build_object('id', "id")::text, to_jsonb("last_name")::text FROM "users"
--   WHERE "last_name" IS NOT NULL AND "last_name" IS DISTINCT FROM (CAST(nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '') AS text));
--   DROP TRIGGER "zz_colmig_mirror_users_first_name" ON "users";
--   DROP FUNCTION "colmig_mirror_users_first_name"();

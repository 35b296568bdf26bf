-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_users_display_name
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_display_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."display_name" IS NULL THEN
      NEW."display_name" := (CAST(ltrim(NEW."first_name" || ' ' || NEW."last_name") AS text));
    ELSIF NEW."first_name" IS NULL AND NEW."last_name" IS NULL AND (NEW."display_name" IS DISTINCT FROM (CAST(ltrim(NEW."first_name" || ' ' || NEW."last_name") AS text))) THEN
      NEW."first_name" := (CAST(rtrim(rtrim(NEW."display_name", replace(NEW."display_name", ' ', ''))) AS text));
      NEW."last_name" := (CAST(replace(NEW."display_name", rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')), '') AS text));
    END IF;
  ELSIF NEW."display_name" IS NOT DISTINCT FROM OLD."display_name" AND NOT (NEW."first_name" IS NOT DISTINCT FROM OLD."first_name" AND NEW."last_name" IS NOT DISTINCT FROM OLD."last_name") THEN
    NEW."display_name" := (CAST(ltrim(NEW."first_name" || ' ' || NEW."last_name") AS text));
  ELSIF NEW."first_name" IS NOT DISTINCT FROM OLD."first_name" AND NEW."last_name" IS NOT DISTINCT FROM OLD."last_name" AND NOT (NEW."display_name" IS NOT DISTINCT FROM OLD."display_name") AND (NEW."display_name" IS DISTINCT FROM (CAST(ltrim(NEW."first_name" || ' ' || NEW."last_name") AS text))) THEN
    NEW."first_name" := (CAST(rtrim(rtrim(NEW."display_name", replace(NEW."display_name", ' ', ''))) AS text));
    NEW."last_name" := (CAST(replace(NEW."display_name", rtrim(NEW."display_name", replace(NEW."display_name", ' ', '')), '') AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_users_display_name" BEFORE INSERT OR UPDATE OF "display_name", "first_name", "last_name" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_display_name"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', jsonb_build_object('id', "id")::text, to_jsonb("display_name")::text FROM "users"
--   WHERE "display_name" IS NOT NULL AND "display_name" IS DISTINCT FROM (CAST(ltrim("first_name" || ' ' || "last_name") AS text));
--   DROP TRIGGER "zz_colmig_mirror_users_display_name" ON "users";
--   DROP FUNCTION "colmig_mirror_users_display_name"();

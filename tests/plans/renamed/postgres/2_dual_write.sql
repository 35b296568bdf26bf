-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_users_family_name
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_family_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."family_name" IS NULL THEN
      NEW."family_name" := (NEW."surname");
    ELSIF NEW."surname" IS NULL AND (NEW."family_name" IS DISTINCT FROM (NEW."surname")) THEN
      NEW."surname" := (NEW."family_name");
    END IF;
  ELSIF NEW."family_name" IS NOT DISTINCT FROM OLD."family_name" AND NOT (NEW."surname" IS NOT DISTINCT FROM OLD."surname") THEN
    NEW."family_name" := (NEW."surname");
  ELSIF NEW."surname" IS NOT DISTINCT FROM OLD."surname" AND NOT (NEW."family_name" IS NOT DISTINCT FROM OLD."family_name") AND (NEW."family_name" IS DISTINCT FROM (NEW."surname")) THEN
    NEW."surname" := (NEW."family_name");
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_users_family_name" BEFORE INSERT OR UPDATE OF "family_name", "surname" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_family_name"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_family_name', 'users', 'family_name', jsonb_build_object('id', "id")::text, to_jsonb("family_name")::text FROM "users"
--   WHERE "family_name" IS NOT NULL AND "family_name" IS DISTINCT FROM ("surname");
--   DROP TRIGGER "zz_colmig_mirror_users_family_name" ON "users";
--   DROP FUNCTION "colmig_mirror_users_family_name"();

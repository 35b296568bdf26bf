-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_users_birthday
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_birthday"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."birthday" IS NULL THEN
      NEW."birthday" := ("colmig_up_users_birthday"(NEW."born"));
    ELSIF (NEW."born" IS NULL OR NEW."born" IS NOT DISTINCT FROM ('')) AND (NEW."birthday" IS DISTINCT FROM ("colmig_up_users_birthday"(NEW."born"))) THEN
      NEW."born" := (CAST(to_char(NEW."birthday", 'YYYY-MM-DD') AS text));
    END IF;
  ELSIF NEW."birthday" IS NOT DISTINCT FROM OLD."birthday" AND NOT (NEW."born" IS NOT DISTINCT FROM OLD."born") THEN
    NEW."birthday" := ("colmig_up_users_birthday"(NEW."born"));
  ELSIF NEW."born" IS NOT DISTINCT FROM OLD."born" AND NOT (NEW."birthday" IS NOT DISTINCT FROM OLD."birthday") AND (NEW."birthday" IS DISTINCT FROM ("colmig_up_users_birthday"(NEW."born"))) THEN
    NEW."born" := (CAST(to_char(NEW."birthday", 'YYYY-MM-DD') AS text));
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_users_birthday" BEFORE INSERT OR UPDATE OF "birthday", "born" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_birthday"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_birthday', 'users', 'birthday', jsonb_build_object('id', "id")::text, to_jsonb("birthday")::text FROM "users"
--   WHERE "birthday" IS NOT NULL AND "birthday" IS DISTINCT FROM ("colmig_up_users_birthday"("born"));
--   DROP TRIGGER "zz_colmig_mirror_users_birthday" ON "users";
--   DROP FUNCTION "colmig_mirror_users_birthday"();

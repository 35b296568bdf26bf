-- colmig 1
-- migration: 20260102000000_profile
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_users_display_name
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_users_display_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."display_name" := (NEW."first_name" || ' ' || NEW."last_name");
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_users_display_name" BEFORE INSERT ON "users"
FOR EACH ROW WHEN (NEW."display_name" IS NULL) EXECUTE FUNCTION "colmig_fill_users_display_name"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_users_display_name" ON "users";
--   DROP FUNCTION "colmig_fill_users_display_name"();

-- step: create_colmig_fill_users_handle
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_users_handle"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."handle" := ('user ' || NEW."id");
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_users_handle" BEFORE INSERT ON "users"
FOR EACH ROW WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "colmig_fill_users_handle"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_users_handle" ON "users";
--   DROP FUNCTION "colmig_fill_users_handle"();

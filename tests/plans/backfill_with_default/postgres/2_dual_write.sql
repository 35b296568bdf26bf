-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_users_handle
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_users_handle"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."handle" := (lower(NEW."first_name"));
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_users_handle" BEFORE INSERT ON "users"
FOR EACH ROW WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "colmig_fill_users_handle"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_users_handle" ON "users";
--   DROP FUNCTION "colmig_fill_users_handle"();

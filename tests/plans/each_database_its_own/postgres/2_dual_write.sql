-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_users_initial
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_users_initial"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."initial" := (left(NEW."first_name", 1));
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_users_initial" BEFORE INSERT ON "users"
FOR EACH ROW WHEN (NEW."initial" IS NULL) EXECUTE FUNCTION "colmig_fill_users_initial"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_users_initial" ON "users";
--   DROP FUNCTION "colmig_fill_users_initial"();

-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: contract
-- database: postgres

-- step: set_default_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "users" ALTER COLUMN "handle" SET DEFAULT ('unknown');
-- revert:
--   ALTER TABLE "users" ALTER COLUMN "handle" DROP DEFAULT;

-- step: drop_colmig_fill_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_users_handle" ON "users";
DROP FUNCTION "colmig_fill_users_handle"();
-- revert:
--   CREATE FUNCTION "colmig_fill_users_handle"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."handle" := (lower(NEW."first_name"));
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_users_handle" BEFORE INSERT ON "users"
--   FOR EACH ROW WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "colmig_fill_users_handle"();

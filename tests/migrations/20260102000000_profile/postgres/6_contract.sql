-- colmig 1
-- migration: 20260102000000_profile
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_users_display_name
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_users_display_name" ON "users";
DROP FUNCTION "colmig_fill_users_display_name"();
-- revert:
--   CREATE FUNCTION "colmig_fill_users_display_name"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."display_name" := (NEW."first_name" || ' ' || NEW."last_name");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_users_display_name" BEFORE INSERT ON "users"
--   FOR EACH ROW WHEN (NEW."display_name" IS NULL) EXECUTE FUNCTION "colmig_fill_users_display_name"();

-- step: drop_colmig_fill_users_handle
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_users_handle" ON "users";
DROP FUNCTION "colmig_fill_users_handle"();
-- revert:
--   CREATE FUNCTION "colmig_fill_users_handle"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."handle" := ('user ' || NEW."id");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_users_handle" BEFORE INSERT ON "users"
--   FOR EACH ROW WHEN (NEW."handle" IS NULL) EXECUTE FUNCTION "colmig_fill_users_handle"();

-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_users_initial
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_users_initial" ON "users";
DROP FUNCTION "colmig_fill_users_initial"();
-- revert:
--   CREATE FUNCTION "colmig_fill_users_initial"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."initial" := (left(NEW."first_name", 1));
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_users_initial" BEFORE INSERT ON "users"
--   FOR EACH ROW WHEN (NEW."initial" IS NULL) EXECUTE FUNCTION "colmig_fill_users_initial"();

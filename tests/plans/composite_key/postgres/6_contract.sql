-- colmig 1
-- migration: 20261122064500_members_label
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_members_label
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_members_label" ON "members";
DROP FUNCTION "colmig_fill_members_label"();
-- revert:
--   CREATE FUNCTION "colmig_fill_members_label"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."label" := (NEW."team" || ':' || NEW."user");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_members_label" BEFORE INSERT ON "members"
--   FOR EACH ROW WHEN (NEW."label" IS NULL) EXECUTE FUNCTION "colmig_fill_members_label"();

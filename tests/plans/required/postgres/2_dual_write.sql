-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_members_nick
-- lock: SHARE ROW EXCLUSIVE on "members", for an instant
-- safe: function and trigger come together; a NULL that a build from before stores is filled from now on
CREATE FUNCTION "colmig_fill_members_nick"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."nick" := (lower(NEW."name"));
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_members_nick" BEFORE INSERT OR UPDATE ON "members"
FOR EACH ROW WHEN (NEW."nick" IS NULL) EXECUTE FUNCTION "colmig_fill_members_nick"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_members_nick" ON "members";
--   DROP FUNCTION "colmig_fill_members_nick"();

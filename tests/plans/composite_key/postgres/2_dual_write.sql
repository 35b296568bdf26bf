-- colmig 1
-- migration: 20261122064500_members_label
-- phase: dual-write
-- database: postgres

-- step: create_colmig_fill_members_label
-- lock: SHARE ROW EXCLUSIVE on "members", for an instant
-- safe: function and trigger come together; inserts that leave the column out are filled from now on
CREATE FUNCTION "colmig_fill_members_label"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  NEW."label" := (NEW."team" || ':' || NEW."user");
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_fill_members_label" BEFORE INSERT ON "members"
FOR EACH ROW WHEN (NEW."label" IS NULL) EXECUTE FUNCTION "colmig_fill_members_label"();
-- revert:
--   DROP TRIGGER "zz_colmig_fill_members_label" ON "members";
--   DROP FUNCTION "colmig_fill_members_label"();

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_members_label
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_members_label" AFTER INSERT ON "members"
FOR EACH ROW WHEN NEW."label" IS NULL
BEGIN
  UPDATE "members" SET "label" = (NEW."team" || ':' || NEW."user") WHERE "team" = NEW."team" AND "user" = NEW."user";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_members_label";

-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_members_nick
-- lock: the database's write lock, for an instant
-- safe: a NULL that a build from before stores is filled from now on
CREATE TRIGGER "colmig_fill_members_nick" AFTER INSERT ON "members"
FOR EACH ROW WHEN NEW."nick" IS NULL
BEGIN
  UPDATE "members" SET "nick" = (lower(NEW."name")) WHERE "id" = NEW."id";
END;
CREATE TRIGGER "colmig_fill_members_nick_update" AFTER UPDATE OF "nick" ON "members"
FOR EACH ROW WHEN NEW."nick" IS NULL
BEGIN
  UPDATE "members" SET "nick" = (lower(NEW."name")) WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_members_nick";
--   DROP TRIGGER "colmig_fill_members_nick_update";

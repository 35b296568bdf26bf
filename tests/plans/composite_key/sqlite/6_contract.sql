-- colmig 1
-- migration: 20261122064500_members_label
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_members_label_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_label_not_null_insert" BEFORE INSERT ON "members"
FOR EACH ROW WHEN NOT (NEW."label" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.label');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_label_not_null_insert";

-- step: drop_colmig_fill_members_label
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_members_label";
-- revert:
--   CREATE TRIGGER "colmig_fill_members_label" AFTER INSERT ON "members"
--   FOR EACH ROW WHEN NEW."label" IS NULL
--   BEGIN
--     UPDATE "members" SET "label" = (NEW."team" || ':' || NEW."user") WHERE "team" = NEW."team" AND "user" = NEW."user";
--   END;

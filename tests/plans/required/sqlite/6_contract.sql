-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: contract
-- database: sqlite

-- step: create_colmig_guard_members_nick_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_nick_not_null_insert" BEFORE INSERT ON "members"
FOR EACH ROW WHEN NOT (NEW."nick" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.nick');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_nick_not_null_insert";

-- step: create_colmig_guard_members_nick_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_nick_not_null_update" BEFORE UPDATE OF "nick" ON "members"
FOR EACH ROW WHEN NOT (NEW."nick" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.nick');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_nick_not_null_update";

-- step: drop_colmig_fill_members_nick
-- lock: the database's write lock, for an instant
-- safe: no writer stores NULL any more
DROP TRIGGER "colmig_fill_members_nick";
DROP TRIGGER "colmig_fill_members_nick_update";
-- revert:
--   CREATE TRIGGER "colmig_fill_members_nick" AFTER INSERT ON "members"
--   FOR EACH ROW WHEN NEW."nick" IS NULL
--   BEGIN
--     UPDATE "members" SET "nick" = (lower(NEW."name")) WHERE "id" = NEW."id";
--   END;
--   CREATE TRIGGER "colmig_fill_members_nick_update" AFTER UPDATE OF "nick" ON "members"
--   FOR EACH ROW WHEN NEW."nick" IS NULL
--   BEGIN
--     UPDATE "members" SET "nick" = (lower(NEW."name")) WHERE "id" = NEW."id";
--   END;

-- step: create_colmig_guard_members_town_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_town_not_null_insert" BEFORE INSERT ON "members"
FOR EACH ROW WHEN NOT (NEW."town" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.town');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_town_not_null_insert";

-- step: create_colmig_guard_members_town_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_town_not_null_update" BEFORE UPDATE OF "town" ON "members"
FOR EACH ROW WHEN NOT (NEW."town" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.town');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_town_not_null_update";

-- step: prove_members_town
-- lock: that of a reader on "members", for one search of the table
-- safe: it reads; rows that hold NULL are named, and hold the migration until they are mended; the few that are named are written as they are
-- backfill: members
-- key: id
-- statement: first
SELECT "id" FROM "members" WHERE 1 = 0;
-- statement: boundary
SELECT "id" FROM "members"
WHERE ("id") >= ($1)
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "members" SET "id" = "id"
WHERE "town" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "members" SET "id" = "id"
WHERE "town" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "members" WHERE "town" IS NULL LIMIT $1;

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: constrain
-- database: sqlite

-- step: compare_members_label
-- lock: that of a reader on "members", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: members
-- key: team, user
-- targets: label
-- statement: first
SELECT "team", "user" FROM "members" ORDER BY "members"."team", "members"."user" LIMIT 1;
-- statement: boundary
SELECT "team", "user" FROM "members"
WHERE ("team", "user") >= ($1, $2)
ORDER BY "members"."team", "members"."user" LIMIT 1 OFFSET $3;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "label" IS NULL) FROM "members"
WHERE ("team", "user") >= ($1, $2) AND ("team", "user") < ($3, $4);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "label" IS NULL) FROM "members"
WHERE ("team", "user") >= ($1, $2);
-- statement: differing
SELECT "team", "user", "label" FROM "members"
WHERE "label" IS NULL AND ("team", "user") >= ($1, $2)
ORDER BY "members"."team", "members"."user" LIMIT $3;
-- statement: mend from legacy
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team" || ':' || "user") IS NOT NULL AND ("team", "user") >= ($1, $2) AND ("team", "user") < ($3, $4);
-- statement: mend the last from legacy
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team" || ':' || "user") IS NOT NULL AND ("team", "user") >= ($1, $2);

-- step: create_colmig_guard_members_label_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_label_not_null_update" BEFORE UPDATE OF "label" ON "members"
FOR EACH ROW WHEN NOT (NEW."label" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: members.label');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_label_not_null_update";

-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: constrain
-- database: sqlite

-- step: compare_order_group
-- lock: that of a reader on "order", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: order
-- key: id
-- targets: group
-- statement: first
SELECT "id" FROM "order" ORDER BY "order"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "order"
WHERE ("id") >= ($1)
ORDER BY "order"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "group" IS NULL) FROM "order"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "group" IS NULL) FROM "order"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "group" FROM "order"
WHERE "group" IS NULL AND ("id") >= ($1)
ORDER BY "order"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("type") IS NOT NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "order" SET "group" = ("type")
WHERE "group" IS NULL AND ("type") IS NOT NULL AND ("id") >= ($1);

-- step: create_colmig_guard_order_group_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_order_group_not_null_update" BEFORE UPDATE OF "group" ON "order"
FOR EACH ROW WHEN NOT (NEW."group" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: order.group');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_order_group_not_null_update";

-- step: create_index_order_group_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "order_group_idx" ON "order" ("group");
-- revert:
--   DROP INDEX "order_group_idx";

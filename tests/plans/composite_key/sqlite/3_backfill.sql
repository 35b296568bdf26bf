-- colmig 1
-- migration: 20261122064500_members_label
-- phase: backfill
-- database: sqlite

-- step: backfill_members_label
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: members
-- key: team, user
-- statement: first
SELECT "team", "user" FROM "members" ORDER BY "members"."team", "members"."user" LIMIT 1;
-- statement: boundary
SELECT "team", "user" FROM "members"
WHERE ("team", "user") >= ($1, $2)
ORDER BY "members"."team", "members"."user" LIMIT 1 OFFSET $3;
-- statement: batch
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team", "user") >= ($1, $2) AND ("team", "user") < ($3, $4);
-- statement: last
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team", "user") >= ($1, $2);
-- statement: pending
SELECT "team", "user" FROM "members" WHERE "label" IS NULL LIMIT $1;

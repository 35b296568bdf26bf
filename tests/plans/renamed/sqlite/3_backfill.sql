-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: backfill
-- database: sqlite

-- step: backfill_users_family_name
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: users
-- key: id
-- shows: surname
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "family_name" = ("surname")
WHERE ("family_name" IS NOT ("surname") OR ("family_name" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "family_name" = ("surname")
WHERE ("family_name" IS NOT ("surname") OR ("family_name" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "surname" FROM "users" WHERE ("family_name" IS NOT ("surname") OR ("family_name" IS NULL)) LIMIT $1;

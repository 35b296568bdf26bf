-- colmig 1
-- migration: 20260102000000_profile
-- phase: backfill
-- database: sqlite

-- step: backfill_users_display_name
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "display_name" = ("first_name" || ' ' || "last_name")
WHERE "display_name" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "display_name" = ("first_name" || ' ' || "last_name")
WHERE "display_name" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE "display_name" IS NULL LIMIT $1;

-- step: backfill_users_handle
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "handle" = ('user ' || "id")
WHERE "handle" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "handle" = ('user ' || "id")
WHERE "handle" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE "handle" IS NULL LIMIT $1;

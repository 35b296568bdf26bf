-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: backfill
-- database: postgres

-- step: backfill_members_nick
-- lock: ROW EXCLUSIVE on "members", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: members
-- key: id
-- statement: first
SELECT "id"::text FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "members"."id") AS "colmig number"
FROM "members" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "members"."id" LIMIT $3) AS "members"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "members" SET "nick" = (lower("name"))
WHERE "nick" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "members" SET "nick" = (lower("name"))
WHERE "nick" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "members" WHERE "nick" IS NULL LIMIT $1;

-- step: prove_members_town
-- lock: that of a reader on "members", for one search of the table
-- safe: it reads; rows that hold NULL are named, and hold the migration until they are mended; the few that are named are written as they are
-- backfill: members
-- key: id
-- statement: first
SELECT "id"::text FROM "members" WHERE 1 = 0;
-- statement: boundary
SELECT "id"::text FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "members" SET "town" = "town"
WHERE "town" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "members" SET "town" = "town"
WHERE "town" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "members" WHERE "town" IS NULL LIMIT $1;

-- colmig 1
-- migration: 20261122064500_members_label
-- phase: backfill
-- database: postgres

-- step: backfill_members_label
-- lock: ROW EXCLUSIVE on "members", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: members
-- key: team, user
-- statement: first
SELECT "team"::text, "user"::text FROM "members" ORDER BY "members"."team", "members"."user" LIMIT 1;
-- statement: boundary
SELECT "team"::text, "user"::text FROM "members"
WHERE ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint))
ORDER BY "members"."team", "members"."user" LIMIT 1 OFFSET $3;
-- statement: bounds
SELECT "team"::text, "user"::text FROM (SELECT "team", "user", row_number() OVER (ORDER BY "members"."team", "members"."user") AS "colmig number"
FROM "members" WHERE ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint)) AND ("team", "user") < (CAST($3::text AS text), CAST($4::text AS bigint)) ORDER BY "members"."team", "members"."user" LIMIT $5) AS "members"
WHERE "colmig number" % $6 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint)) AND ("team", "user") < (CAST($3::text AS text), CAST($4::text AS bigint));
-- statement: last
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint));
-- statement: pending
SELECT "team"::text, "user"::text FROM "members" WHERE "label" IS NULL LIMIT $1;

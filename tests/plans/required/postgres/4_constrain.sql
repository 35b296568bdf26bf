-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: constrain
-- database: postgres

-- step: compare_members_nick
-- lock: that of a reader on "members", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: members
-- key: id
-- targets: nick
-- statement: first
SELECT "id"::text FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "nick" IS NULL) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "nick" IS NULL) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "nick"::text FROM "members"
WHERE "nick" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "members" SET "nick" = (lower("name"))
WHERE "nick" IS NULL AND (lower("name")) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "members" SET "nick" = (lower("name"))
WHERE "nick" IS NULL AND (lower("name")) IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_members_nick_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_nick_not_null" CHECK ("nick" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_nick_not_null";

-- step: validate_check_members_nick_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_nick_not_null";

-- step: set_not_null_members_nick
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "members" ALTER COLUMN "nick" SET NOT NULL;
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "nick" DROP NOT NULL;

-- step: drop_check_members_nick_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "members" DROP CONSTRAINT "members_nick_not_null";
-- revert:
--   ALTER TABLE "members" ADD CONSTRAINT "members_nick_not_null" CHECK ("nick" IS NOT NULL) NOT VALID;

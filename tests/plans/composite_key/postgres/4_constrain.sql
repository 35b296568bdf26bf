-- colmig 1
-- migration: 20261122064500_members_label
-- phase: constrain
-- database: postgres

-- step: compare_members_label
-- lock: that of a reader on "members", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: members
-- key: team, user
-- targets: label
-- statement: first
SELECT "team"::text, "user"::text FROM "members" ORDER BY "members"."team", "members"."user" LIMIT 1;
-- statement: boundary
SELECT "team"::text, "user"::text FROM "members"
WHERE ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint))
ORDER BY "members"."team", "members"."user" LIMIT 1 OFFSET $3;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "label" IS NULL) FROM "members"
WHERE ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint)) AND ("team", "user") < (CAST($3::text AS text), CAST($4::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "label" IS NULL) FROM "members"
WHERE ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint));
-- statement: differing
SELECT "team"::text, "user"::text, "label"::text FROM "members"
WHERE "label" IS NULL AND ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint))
ORDER BY "members"."team", "members"."user" LIMIT $3;
-- statement: mend from legacy
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team" || ':' || "user") IS NOT NULL AND ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint)) AND ("team", "user") < (CAST($3::text AS text), CAST($4::text AS bigint));
-- statement: mend the last from legacy
UPDATE "members" SET "label" = ("team" || ':' || "user")
WHERE "label" IS NULL AND ("team" || ':' || "user") IS NOT NULL AND ("team", "user") >= (CAST($1::text AS text), CAST($2::text AS bigint));

-- step: add_check_members_label_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_label_not_null";

-- step: validate_check_members_label_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_label_not_null";

-- step: set_not_null_members_label
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "members" ALTER COLUMN "label" SET NOT NULL;
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "label" DROP NOT NULL;

-- step: drop_check_members_label_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "members" DROP CONSTRAINT "members_label_not_null";
-- revert:
--   ALTER TABLE "members" ADD CONSTRAINT "members_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;

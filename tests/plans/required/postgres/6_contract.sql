-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: contract
-- database: postgres

-- step: drop_colmig_fill_members_nick
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: trigger and function go together, when no writer stores NULL any more
DROP TRIGGER "zz_colmig_fill_members_nick" ON "members";
DROP FUNCTION "colmig_fill_members_nick"();
-- revert:
--   CREATE FUNCTION "colmig_fill_members_nick"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."nick" := (lower(NEW."name"));
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_members_nick" BEFORE INSERT OR UPDATE ON "members"
--   FOR EACH ROW WHEN (NEW."nick" IS NULL) EXECUTE FUNCTION "colmig_fill_members_nick"();

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

-- step: add_check_members_town_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_town_not_null" CHECK ("town" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_town_not_null";

-- step: validate_check_members_town_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_town_not_null";

-- step: set_not_null_members_town
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "members" ALTER COLUMN "town" SET NOT NULL;
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "town" DROP NOT NULL;

-- step: drop_check_members_town_not_null
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "members" DROP CONSTRAINT "members_town_not_null";
-- revert:
--   ALTER TABLE "members" ADD CONSTRAINT "members_town_not_null" CHECK ("town" IS NOT NULL) NOT VALID;

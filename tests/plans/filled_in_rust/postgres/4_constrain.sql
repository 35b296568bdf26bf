-- colmig 1
-- migration: 20261122064500_articles_slug
-- phase: constrain
-- database: postgres

-- step: set_default_articles_slug
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "articles" ALTER COLUMN "slug" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "articles" ALTER COLUMN "slug" DROP DEFAULT;

-- step: add_check_articles_slug_not_null
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "articles" ADD CONSTRAINT "articles_slug_not_null" CHECK ("slug" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "articles" DROP CONSTRAINT "articles_slug_not_null";

-- step: validate_check_articles_slug_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "articles", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "articles" VALIDATE CONSTRAINT "articles_slug_not_null";

-- step: set_not_null_articles_slug
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "articles" ALTER COLUMN "slug" SET NOT NULL;
-- revert:
--   ALTER TABLE "articles" ALTER COLUMN "slug" DROP NOT NULL;

-- step: drop_check_articles_slug_not_null
-- lock: ACCESS EXCLUSIVE on "articles", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "articles" DROP CONSTRAINT "articles_slug_not_null";
-- revert:
--   ALTER TABLE "articles" ADD CONSTRAINT "articles_slug_not_null" CHECK ("slug" IS NOT NULL) NOT VALID;

-- step: create_index_articles_slug_key
-- lock: SHARE UPDATE EXCLUSIVE on "articles", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "articles_slug_key";
CREATE UNIQUE INDEX CONCURRENTLY "articles_slug_key" ON "articles" ("slug");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "articles_slug_key";

-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: constrain
-- database: postgres

-- step: create_index_members_email_key
-- lock: SHARE UPDATE EXCLUSIVE on "members", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "members_email_key";
CREATE UNIQUE INDEX CONCURRENTLY "members_email_key" ON "members" ("email");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "members_email_key";

-- step: create_index_members_town_name_idx
-- lock: SHARE UPDATE EXCLUSIVE on "members", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "members_town_name_idx";
CREATE INDEX CONCURRENTLY "members_town_name_idx" ON "members" ("town", "name");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "members_town_name_idx";

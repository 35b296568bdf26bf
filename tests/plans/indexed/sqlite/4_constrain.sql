-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: constrain
-- database: sqlite

-- step: create_index_members_email_key
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE UNIQUE INDEX "members_email_key" ON "members" ("email");
-- revert:
--   DROP INDEX "members_email_key";

-- step: create_index_members_town_name_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "members_town_name_idx" ON "members" ("town", "name");
-- revert:
--   DROP INDEX "members_town_name_idx";

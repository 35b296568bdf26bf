-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: contract
-- database: postgres

-- step: drop_index_members_name_idx
-- lock: SHARE UPDATE EXCLUSIVE on "members", until queries that use the index have ended
-- safe: readers and writers go on; nobody is left whose queries were written for it
-- alone: outside of a transaction
DROP INDEX CONCURRENTLY IF EXISTS "members_name_idx";

-- step: drop_index_members_name_town_idx
-- lock: SHARE UPDATE EXCLUSIVE on "members", until queries that use the index have ended
-- safe: readers and writers go on; nobody is left whose queries were written for it
-- alone: outside of a transaction
DROP INDEX CONCURRENTLY IF EXISTS "members_name_town_idx";

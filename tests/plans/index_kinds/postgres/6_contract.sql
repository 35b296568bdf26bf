-- colmig 1
-- migration: 20261122064500_tickets_team_opened_36aa0ce6_idx_and_4_more
-- phase: contract
-- database: postgres

-- step: drop_index_tickets_team_opened_idx
-- lock: SHARE UPDATE EXCLUSIVE on "tickets", until queries that use the index have ended
-- safe: readers and writers go on; nobody is left whose queries were written for it
-- alone: outside of a transaction
DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_opened_idx";

-- step: drop_index_tickets_team_title_key
-- lock: SHARE UPDATE EXCLUSIVE on "tickets", until queries that use the index have ended
-- safe: readers and writers go on; nobody is left whose queries were written for it
-- alone: outside of a transaction
DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_title_key";

-- colmig 1
-- migration: 20261122064500_tickets_team_opened_36aa0ce6_idx_and_4_more
-- phase: contract
-- database: sqlite

-- step: drop_index_tickets_team_opened_idx
-- lock: the database's write lock, for an instant
-- safe: nobody is left whose queries were written for it
DROP INDEX "tickets_team_opened_idx";

-- step: drop_index_tickets_team_title_key
-- lock: the database's write lock, for an instant
-- safe: nobody is left whose queries were written for it
DROP INDEX "tickets_team_title_key";

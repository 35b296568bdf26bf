-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: contract
-- database: sqlite

-- step: drop_index_members_name_idx
-- lock: the database's write lock, for an instant
-- safe: nobody is left whose queries were written for it
DROP INDEX "members_name_idx";

-- step: drop_index_members_name_town_idx
-- lock: the database's write lock, for an instant
-- safe: nobody is left whose queries were written for it
DROP INDEX "members_name_town_idx";

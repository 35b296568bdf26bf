-- colmig 1
-- migration: 20260101000000_create_members
-- phase: backfill
-- database: sqlite

-- Nothing to do in this phase.

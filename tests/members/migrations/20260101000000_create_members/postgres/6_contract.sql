-- colmig 1
-- migration: 20260101000000_create_members
-- phase: contract
-- database: postgres

-- Nothing to do in this phase.

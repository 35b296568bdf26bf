-- colmig 1
-- migration: 20260101000000_create
-- phase: contract
-- database: postgres

-- Nothing to do in this phase.

-- colmig 1
-- migration: 20260102000000_keys
-- phase: switch-reads
-- database: postgres

-- Nothing to do in this phase.

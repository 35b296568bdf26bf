-- colmig 1
-- migration: 20260101000000_create_tickets
-- phase: switch-reads
-- database: sqlite

-- Nothing to do in this phase.

-- colmig 1
-- migration: 20260102000000_replace
-- phase: switch-reads
-- database: mariadb

-- Nothing to do in this phase.

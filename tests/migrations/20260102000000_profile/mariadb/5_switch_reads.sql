-- colmig 1
-- migration: 20260102000000_profile
-- phase: switch-reads
-- database: mariadb

-- Nothing to do in this phase.

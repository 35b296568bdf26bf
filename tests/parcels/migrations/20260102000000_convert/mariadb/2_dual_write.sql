-- colmig 1
-- migration: 20260102000000_convert
-- phase: dual-write
-- database: mariadb

-- Nothing to do in this phase.

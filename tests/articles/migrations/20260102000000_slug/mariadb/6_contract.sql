-- colmig 1
-- migration: 20260102000000_slug
-- phase: contract
-- database: mariadb

-- Nothing to do in this phase.

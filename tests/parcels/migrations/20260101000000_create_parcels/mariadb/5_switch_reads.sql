-- colmig 1
-- migration: 20260101000000_create_parcels
-- phase: switch-reads
-- database: mariadb

-- Nothing to do in this phase.

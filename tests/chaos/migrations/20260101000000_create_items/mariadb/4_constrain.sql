-- colmig 1
-- migration: 20260101000000_create_items
-- phase: constrain
-- database: mariadb

-- Nothing to do in this phase.

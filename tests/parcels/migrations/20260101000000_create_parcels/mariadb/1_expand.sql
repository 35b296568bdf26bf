-- colmig 1
-- migration: 20260101000000_create_parcels
-- phase: expand
-- database: mariadb

-- step: create_table_parcels
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `parcels` (
    `depot` varchar(255) NOT NULL,
    `id` bigint NOT NULL,
    `weight` varchar(255) NOT NULL,
    `note` varchar(255),
    PRIMARY KEY (`depot`, `id`)
);
-- revert:
--   DROP TABLE IF EXISTS `parcels`;

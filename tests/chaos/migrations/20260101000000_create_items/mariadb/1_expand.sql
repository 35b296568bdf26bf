-- colmig 1
-- migration: 20260101000000_create_items
-- phase: expand
-- database: mariadb

-- step: create_table_items
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `items` (
    `id` bigint NOT NULL,
    `kind` varchar(255) NOT NULL,
    `title` varchar(255) NOT NULL,
    `amount` varchar(255) NOT NULL,
    `shade` varchar(255) NOT NULL,
    PRIMARY KEY (`id`)
);
-- revert:
--   DROP TABLE IF EXISTS `items`;

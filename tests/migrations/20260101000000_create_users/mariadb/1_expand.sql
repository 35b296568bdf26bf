-- colmig 1
-- migration: 20260101000000_create_users
-- phase: expand
-- database: mariadb

-- step: create_table_users
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `users` (
    `id` bigint NOT NULL,
    `first_name` varchar(255) NOT NULL,
    `last_name` varchar(255) NOT NULL,
    PRIMARY KEY (`id`)
);
-- revert:
--   DROP TABLE IF EXISTS `users`;

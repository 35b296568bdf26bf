-- colmig 1
-- migration: 20260101000000_create_articles
-- phase: expand
-- database: mariadb

-- step: create_table_articles
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `articles` (
    `id` bigint NOT NULL,
    `title` varchar(255) NOT NULL,
    `author` varchar(255),
    PRIMARY KEY (`id`)
);
-- revert:
--   DROP TABLE IF EXISTS `articles`;

-- colmig 1
-- migration: 20260101000000_create_people
-- phase: expand
-- database: mariadb

-- step: create_table_people
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `people` (
    `id` bigint NOT NULL,
    `nick` varchar(255) NOT NULL,
    `age` varchar(255) NOT NULL,
    `name` varchar(255) NOT NULL,
    `street` varchar(255) NOT NULL,
    `town` varchar(255) NOT NULL,
    `note` varchar(255),
    PRIMARY KEY (`id`)
);
CREATE INDEX IF NOT EXISTS `people_nick_idx` ON `people` (`nick`);
-- revert:
--   DROP TABLE IF EXISTS `people`;

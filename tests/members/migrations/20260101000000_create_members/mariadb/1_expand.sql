-- colmig 1
-- migration: 20260101000000_create_members
-- phase: expand
-- database: mariadb

-- step: create_table_members
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `members` (
    `id` bigint NOT NULL,
    `name` varchar(255) NOT NULL,
    `joined` bigint NOT NULL,
    `points` bigint NOT NULL,
    `badge` varchar(255) NOT NULL,
    `note` varchar(255),
    `rank` bigint NOT NULL DEFAULT (7),
    PRIMARY KEY (`id`)
);
CREATE INDEX IF NOT EXISTS `members_badge_idx` ON `members` (`badge`);
-- revert:
--   DROP TABLE IF EXISTS `members`;

-- colmig 1
-- migration: 20261122064500_articles_editor_and_2_more
-- phase: constrain
-- database: mariadb

-- step: create_index_articles_editor_idx
-- lock: an exclusive metadata lock on `articles`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `articles_editor_idx` ON `articles` (`editor`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_editor_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

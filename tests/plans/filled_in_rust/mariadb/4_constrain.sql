-- colmig 1
-- migration: 20261122064500_articles_slug
-- phase: constrain
-- database: mariadb

-- step: set_default_articles_slug
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `articles` ALTER COLUMN `slug` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` ALTER COLUMN `slug` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_articles_slug_not_null
-- lock: an exclusive metadata lock on `articles`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `articles` MODIFY COLUMN `slug` varchar(255) NOT NULL DEFAULT (''), ALGORITHM=INPLACE, LOCK=NONE;

-- step: create_index_articles_slug_key
-- lock: an exclusive metadata lock on `articles`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE UNIQUE INDEX IF NOT EXISTS `articles_slug_key` ON `articles` (`slug`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_slug_key`, ALGORITHM=NOCOPY, LOCK=NONE;

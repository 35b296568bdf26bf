-- colmig 1
-- migration: 20261122064500_drop_articles_author_fkey
-- phase: contract
-- database: mariadb

-- step: drop_constraint_articles_author_fkey
-- lock: an exclusive metadata lock on `articles`, for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
-- one by one: each statement commits by itself
ALTER TABLE `articles` DROP FOREIGN KEY IF EXISTS `articles_author_fkey`, ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `articles` DROP INDEX IF EXISTS `articles_author_fkey`, ALGORITHM=NOCOPY, LOCK=NONE;

-- colmig 1
-- migration: 20261122064500_drop_articles_author_fkey
-- phase: contract
-- database: postgres

-- step: drop_constraint_articles_author_fkey
-- lock: ACCESS EXCLUSIVE on "articles" and "people", for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
ALTER TABLE "articles" DROP CONSTRAINT "articles_author_fkey";

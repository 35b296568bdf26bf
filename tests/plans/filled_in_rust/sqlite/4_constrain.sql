-- colmig 1
-- migration: 20261122064500_articles_slug
-- phase: constrain
-- database: sqlite

-- step: create_colmig_default_articles_slug
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_default_articles_slug" AFTER INSERT ON "articles"
FOR EACH ROW WHEN NEW."slug" IS NULL
BEGIN
  UPDATE "articles" SET "slug" = ('') WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_default_articles_slug";

-- step: prove_articles_slug_not_null
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: articles
-- key: id
-- statement: first
SELECT "id" FROM "articles" ORDER BY "articles"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "articles"
WHERE ("id") >= ($1)
ORDER BY "articles"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "articles" SET "id" = "id"
WHERE NOT ("slug" IS NOT NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "articles" SET "id" = "id"
WHERE NOT ("slug" IS NOT NULL) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "articles" WHERE NOT ("slug" IS NOT NULL) LIMIT $1;

-- step: create_colmig_guard_articles_slug_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_articles_slug_not_null_update" BEFORE UPDATE OF "slug" ON "articles"
FOR EACH ROW WHEN NOT (NEW."slug" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: articles.slug');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_articles_slug_not_null_update";

-- step: create_index_articles_slug_key
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE UNIQUE INDEX "articles_slug_key" ON "articles" ("slug");
-- revert:
--   DROP INDEX "articles_slug_key";

-- colmig 1
-- migration: 20260102000000_slug
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_articles_slug_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_articles_slug_not_null_insert" BEFORE INSERT ON "articles"
FOR EACH ROW WHEN NOT (NEW."slug" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: articles.slug');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_articles_slug_not_null_insert";

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

-- step: create_colmig_guard_articles_slug_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_articles_slug_check_insert" BEFORE INSERT ON "articles"
FOR EACH ROW WHEN NOT (NEW."slug" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: articles_slug_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_articles_slug_check_insert";

-- step: create_colmig_guard_articles_slug_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_articles_slug_check_update" BEFORE UPDATE ON "articles"
FOR EACH ROW WHEN NOT (NEW."slug" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: articles_slug_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_articles_slug_check_update";

-- step: prove_articles_slug_check
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
WHERE NOT ("slug" <> '') AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "articles" SET "id" = "id"
WHERE NOT ("slug" <> '') AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "articles" WHERE NOT ("slug" <> '') LIMIT $1;

-- step: create_index_articles_slug_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "articles_slug_idx" ON "articles" ("slug");
-- revert:
--   DROP INDEX "articles_slug_idx";

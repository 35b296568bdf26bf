-- colmig 1
-- migration: 20260102000000_slug
-- phase: backfill
-- database: postgres

-- step: convert_articles_slug
-- lock: ROW EXCLUSIVE on "articles", and the rows of one range for as long as one statement takes
-- safe: done by the application, which calls the function `slug::of`: ranges of the primary key that its instances share, in which a row is written only if it still holds what was converted
-- convert: articles
-- model: Article
-- reads: title, author
-- target: slug
-- by: slug::of
-- revert:
--   DELETE FROM colmig_conversion WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_chunk WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_failure WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';
--   DELETE FROM colmig_conversion_worker WHERE migration = '20260102000000_slug' AND table_name = 'articles' AND column_name = 'slug';

-- step: check_rows_articles_slug_not_null
-- lock: that of a reader on "articles", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_slug_not_null
-- rule: not-null
-- columns: slug
-- statement: first
SELECT "id"::text FROM "articles" ORDER BY "articles"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE "slug" IS NULL) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE "slug" IS NULL) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "articles"
WHERE "slug" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "articles"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "articles"
WHERE "slug" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT $2;

-- step: check_rows_articles_slug_check
-- lock: that of a reader on "articles", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_slug_check
-- rule: check
-- columns: slug
-- says: "slug" <> ''
-- statement: first
SELECT "id"::text FROM "articles" ORDER BY "articles"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("slug" <> '')) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("slug" <> '')) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "articles"
WHERE NOT ("slug" <> '') AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "articles"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "articles"
WHERE NOT ("slug" <> '') AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT $2;

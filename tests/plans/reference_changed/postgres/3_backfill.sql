-- colmig 1
-- migration: 20261122064500_articles_author_495d4df3_fkey_and_1_more
-- phase: backfill
-- database: postgres

-- step: check_rows_articles_author_495d4df3_fkey
-- lock: that of a reader on "articles", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: articles
-- key: id
-- constraint: articles_author_495d4df3_fkey
-- rule: foreign-key
-- columns: author
-- says: articles (id)
-- statement: first
SELECT "id"::text FROM "articles" ORDER BY "articles"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE ("articles"."author" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "articles" AS "colmig referred" WHERE "colmig referred"."id" = "articles"."author"))) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE ("articles"."author" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "articles" AS "colmig referred" WHERE "colmig referred"."id" = "articles"."author"))) FROM "articles"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "articles"
WHERE ("articles"."author" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "articles" AS "colmig referred" WHERE "colmig referred"."id" = "articles"."author")) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "articles"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "articles"
WHERE ("articles"."author" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "articles" AS "colmig referred" WHERE "colmig referred"."id" = "articles"."author")) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "articles"."id" LIMIT $2;

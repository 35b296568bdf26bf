-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: postgres

-- step: backfill_items_badge
-- lock: ROW EXCLUSIVE on "items", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: items
-- key: id
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "items"."id") AS "colmig number"
FROM "items" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "items"."id" LIMIT $3) AS "items"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "items" WHERE "badge" IS NULL LIMIT $1;

-- step: backfill_items_label
-- lock: ROW EXCLUSIVE on "items", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: items
-- key: id
-- shows: title
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "items"."id") AS "colmig number"
FROM "items" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "items"."id" LIMIT $3) AS "items"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "title"::text FROM "items" WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) LIMIT $1;

-- step: backfill_items_amount_2
-- lock: ROW EXCLUSIVE on "items", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: items
-- key: id
-- shows: amount
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "items"."id") AS "colmig number"
FROM "items" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "items"."id" LIMIT $3) AS "items"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "items" SET "amount_2" = (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END)
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "items" SET "amount_2" = (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END)
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "amount"::text FROM "items" WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) LIMIT $1;

-- step: backfill_items_tone
-- lock: ROW EXCLUSIVE on "items", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives are not touched
-- backfill: items
-- key: id
-- shows: shade
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "items"."id") AS "colmig number"
FROM "items" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "items"."id" LIMIT $3) AS "items"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "items" SET "tone" = (CAST(lower("shade") AS text))
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "items" SET "tone" = (CAST(lower("shade") AS text))
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text, "shade"::text FROM "items" WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) LIMIT $1;

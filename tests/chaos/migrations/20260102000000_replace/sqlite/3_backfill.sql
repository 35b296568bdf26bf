-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: sqlite

-- step: backfill_items_badge
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: items
-- key: id
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "items" WHERE "badge" IS NULL LIMIT $1;

-- step: backfill_items_label
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: items
-- key: id
-- shows: title
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "title" FROM "items" WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) LIMIT $1;

-- step: backfill_items_amount_2
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: items
-- key: id
-- shows: amount
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "items" SET "amount_2" = (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END)
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "items" SET "amount_2" = (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END)
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "amount" FROM "items" WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) LIMIT $1;

-- step: backfill_items_tone
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: items
-- key: id
-- shows: shade
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "items" SET "tone" = (lower("shade"))
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "items" SET "tone" = (lower("shade"))
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "shade" FROM "items" WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) LIMIT $1;

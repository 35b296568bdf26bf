-- colmig 1
-- migration: 20260102000000_replace
-- phase: backfill
-- database: sqlite

-- step: backfill_people_handle
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: people
-- key: id
-- shows: nick
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "nick" FROM "people" WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) LIMIT $1;

-- step: backfill_people_age_2
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: people
-- key: id
-- shows: age
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "age" FROM "people" WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) LIMIT $1;

-- step: backfill_people_first_name_last_name
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: people
-- key: id
-- shows: name
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "name" FROM "people" WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) LIMIT $1;

-- step: backfill_people_address
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: people
-- key: id
-- shows: street, town
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "address" = ("street" || ' ' || "town")
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "address" = ("street" || ' ' || "town")
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND ("id") >= ($1);
-- statement: pending
SELECT "id", "street", "town" FROM "people" WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) LIMIT $1;

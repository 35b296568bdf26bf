-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: sqlite

-- step: compare_items_badge
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- targets: badge
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "badge" IS NULL) FROM "items"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "badge" IS NULL) FROM "items"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "badge" FROM "items"
WHERE "badge" IS NULL AND ("id") >= ($1)
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ('#' || "kind") IS NOT NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ('#' || "kind") IS NOT NULL AND ("id") >= ($1);

-- step: create_colmig_guard_items_badge_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_badge_not_null_update" BEFORE UPDATE OF "badge" ON "items"
FOR EACH ROW WHEN NOT (NEW."badge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.badge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_badge_not_null_update";

-- step: compare_items_label
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: title
-- targets: label
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("label" IS NOT ("title") OR ("label" IS NULL))) FROM "items"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("label" IS NOT ("title") OR ("label" IS NULL))) FROM "items"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "title", "label" FROM "items"
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND ("id") >= ($1)
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND NOT ("title" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND NOT ("title" IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "items" SET "title" = ("label")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND NOT ("label" IS NOT ("label")) AND NOT ("label" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "items" SET "title" = ("label")
WHERE ("label" IS NOT ("title") OR ("label" IS NULL)) AND NOT ("label" IS NOT ("label")) AND NOT ("label" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_items_label_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_label_not_null_update" BEFORE UPDATE OF "label" ON "items"
FOR EACH ROW WHEN NOT (NEW."label" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.label');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_label_not_null_update";

-- step: compare_items_amount_2
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: amount
-- targets: amount_2
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL))) FROM "items"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL))) FROM "items"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "amount", "amount_2" FROM "items"
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND ("id") >= ($1)
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "amount_2" = (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END)
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND NOT ((CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "items" SET "amount_2" = (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END)
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND NOT ((CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "items" SET "amount" = (CAST("amount_2" AS text))
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND NOT ("amount_2" IS NOT (CASE WHEN (trim((CAST("amount_2" AS text))) GLOB '[0-9]*' OR trim((CAST("amount_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("amount_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("amount_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("amount_2" AS text)) AS INTEGER) AS TEXT) = (CAST("amount_2" AS text))) AND CAST((CAST("amount_2" AS text)) AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST("amount_2" AS text)) AS INTEGER) END)) AND NOT ("amount_2" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "items" SET "amount" = (CAST("amount_2" AS text))
WHERE ("amount_2" IS NOT (CASE WHEN (trim("amount") GLOB '[0-9]*' OR trim("amount") GLOB '[-+][0-9]*') AND substr(trim("amount"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("amount"), '+-0')) <= 18 OR CAST(CAST("amount" AS INTEGER) AS TEXT) = "amount") AND CAST("amount" AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS INTEGER) END) OR ("amount_2" IS NULL)) AND NOT ("amount_2" IS NOT (CASE WHEN (trim((CAST("amount_2" AS text))) GLOB '[0-9]*' OR trim((CAST("amount_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("amount_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("amount_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("amount_2" AS text)) AS INTEGER) AS TEXT) = (CAST("amount_2" AS text))) AND CAST((CAST("amount_2" AS text)) AS INTEGER) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST("amount_2" AS text)) AS INTEGER) END)) AND NOT ("amount_2" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_items_amount_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_amount_2_not_null_update" BEFORE UPDATE OF "amount_2" ON "items"
FOR EACH ROW WHEN NOT (NEW."amount_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.amount_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_amount_2_not_null_update";

-- step: compare_items_tone
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: shade
-- targets: tone
-- statement: first
SELECT "id" FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "items"
WHERE ("id") >= ($1)
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL))) FROM "items"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL))) FROM "items"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "shade", "tone" FROM "items"
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND ("id") >= ($1)
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "tone" = (lower("shade"))
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND NOT ((lower("shade")) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "items" SET "tone" = (lower("shade"))
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND NOT ((lower("shade")) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "items" SET "shade" = ("tone")
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND NOT ("tone" IS NOT (lower("tone"))) AND NOT ("tone" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "items" SET "shade" = ("tone")
WHERE ("tone" IS NOT (lower("shade")) OR ("tone" IS NULL)) AND NOT ("tone" IS NOT (lower("tone"))) AND NOT ("tone" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_items_tone_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_tone_not_null_update" BEFORE UPDATE OF "tone" ON "items"
FOR EACH ROW WHEN NOT (NEW."tone" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.tone');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_tone_not_null_update";

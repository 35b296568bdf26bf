-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: postgres

-- step: compare_items_badge
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- targets: badge
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "badge" IS NULL) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "badge" IS NULL) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "badge"::text FROM "items"
WHERE "badge" IS NULL AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ('#' || "kind") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "items" SET "badge" = ('#' || "kind")
WHERE "badge" IS NULL AND ('#' || "kind") IS NOT NULL AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_items_badge_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_badge_not_null" CHECK ("badge" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_badge_not_null";

-- step: validate_check_items_badge_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_badge_not_null";

-- step: set_not_null_items_badge
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "badge" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "badge" DROP NOT NULL;

-- step: drop_check_items_badge_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_badge_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_badge_not_null" CHECK ("badge" IS NOT NULL) NOT VALID;

-- step: compare_items_label
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: title
-- targets: label
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "title"::text, "label"::text FROM "items"
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND NOT ("title" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "items" SET "label" = ("title")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND NOT ("title" IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "items" SET "title" = ("label")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND NOT ("label" IS DISTINCT FROM ("label")) AND NOT ("label" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "items" SET "title" = ("label")
WHERE ("label" IS DISTINCT FROM ("title") OR ("label" IS NULL)) AND NOT ("label" IS DISTINCT FROM ("label")) AND NOT ("label" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_items_label_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_label_not_null";

-- step: validate_check_items_label_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_label_not_null";

-- step: set_not_null_items_label
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "label" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "label" DROP NOT NULL;

-- step: drop_check_items_label_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_label_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_label_not_null" CHECK ("label" IS NOT NULL) NOT VALID;

-- step: compare_items_amount_2
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: amount
-- targets: amount_2
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "amount"::text, "amount_2"::text FROM "items"
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "amount_2" = (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END)
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND NOT ((CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "items" SET "amount_2" = (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END)
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND NOT ((CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "items" SET "amount" = (CAST("amount_2" AS text))
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND NOT ("amount_2" IS DISTINCT FROM (CASE WHEN (CAST("amount_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("amount_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("amount_2" AS text)) AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST("amount_2" AS text)) AS bigint) END END)) AND NOT ("amount_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "items" SET "amount" = (CAST("amount_2" AS text))
WHERE ("amount_2" IS DISTINCT FROM (CASE WHEN "amount" ~ '^\s*[+-]?[0-9]+\s*$' AND length("amount") <= 40 THEN CASE WHEN CAST("amount" AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST("amount" AS bigint) END END) OR ("amount_2" IS NULL)) AND NOT ("amount_2" IS DISTINCT FROM (CASE WHEN (CAST("amount_2" AS text)) ~ '^\s*[+-]?[0-9]+\s*$' AND length((CAST("amount_2" AS text))) <= 40 THEN CASE WHEN CAST((CAST("amount_2" AS text)) AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST((CAST("amount_2" AS text)) AS bigint) END END)) AND NOT ("amount_2" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_items_amount_2_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_amount_2_not_null" CHECK ("amount_2" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_amount_2_not_null";

-- step: validate_check_items_amount_2_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_amount_2_not_null";

-- step: set_not_null_items_amount_2
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "amount_2" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "amount_2" DROP NOT NULL;

-- step: drop_check_items_amount_2_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_amount_2_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_amount_2_not_null" CHECK ("amount_2" IS NOT NULL) NOT VALID;

-- step: compare_items_tone
-- lock: that of a reader on "items", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: items
-- key: id
-- legacy: shade
-- targets: tone
-- statement: first
SELECT "id"::text FROM "items" ORDER BY "items"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL))) FROM "items"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "id"::text, "shade"::text, "tone"::text FROM "items"
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "items"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "items" SET "tone" = (CAST(lower("shade") AS text))
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND NOT ((CAST(lower("shade") AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "items" SET "tone" = (CAST(lower("shade") AS text))
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND NOT ((CAST(lower("shade") AS text)) IS NULL) AND ("id") >= (CAST($1::text AS bigint));
-- statement: mend from target
UPDATE "items" SET "shade" = ("tone")
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND NOT ("tone" IS DISTINCT FROM (CAST(lower("tone") AS text))) AND NOT ("tone" IS NULL) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: mend the last from target
UPDATE "items" SET "shade" = ("tone")
WHERE ("tone" IS DISTINCT FROM (CAST(lower("shade") AS text)) OR ("tone" IS NULL)) AND NOT ("tone" IS DISTINCT FROM (CAST(lower("tone") AS text))) AND NOT ("tone" IS NULL) AND ("id") >= (CAST($1::text AS bigint));

-- step: add_check_items_tone_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "items" ADD CONSTRAINT "items_tone_not_null" CHECK ("tone" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "items" DROP CONSTRAINT "items_tone_not_null";

-- step: validate_check_items_tone_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "items", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "items" VALIDATE CONSTRAINT "items_tone_not_null";

-- step: set_not_null_items_tone
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "items" ALTER COLUMN "tone" SET NOT NULL;
-- revert:
--   ALTER TABLE "items" ALTER COLUMN "tone" DROP NOT NULL;

-- step: drop_check_items_tone_not_null
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "items" DROP CONSTRAINT "items_tone_not_null";
-- revert:
--   ALTER TABLE "items" ADD CONSTRAINT "items_tone_not_null" CHECK ("tone" IS NOT NULL) NOT VALID;

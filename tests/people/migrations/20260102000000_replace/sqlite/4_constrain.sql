-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: sqlite

-- step: compare_people_handle
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: nick
-- targets: handle
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL))) FROM "people"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL))) FROM "people"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "nick", "handle" FROM "people"
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND ("id") >= ($1)
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND NOT ("nick" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "people" SET "handle" = ("nick")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND NOT ("nick" IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "people" SET "nick" = ("handle")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND NOT ("handle" IS NOT ("handle")) AND NOT ("handle" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "people" SET "nick" = ("handle")
WHERE ("handle" IS NOT ("nick") OR ("handle" IS NULL)) AND NOT ("handle" IS NOT ("handle")) AND NOT ("handle" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_people_handle_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_handle_not_null_update" BEFORE UPDATE OF "handle" ON "people"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_handle_not_null_update";

-- step: create_index_people_handle_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "people_handle_idx" ON "people" ("handle");
-- revert:
--   DROP INDEX "people_handle_idx";

-- step: compare_people_age_2
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL))) FROM "people"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL))) FROM "people"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "age", "age_2" FROM "people"
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND ("id") >= ($1)
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "people" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "people" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS NOT (CASE WHEN (trim((CAST("age_2" AS text))) GLOB '[0-9]*' OR trim((CAST("age_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("age_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("age_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("age_2" AS text)) AS INTEGER) AS TEXT) = (CAST("age_2" AS text))) AND CAST((CAST("age_2" AS text)) AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS INTEGER) END)) AND NOT ("age_2" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "people" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS NOT (CASE WHEN (trim((CAST("age_2" AS text))) GLOB '[0-9]*' OR trim((CAST("age_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("age_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("age_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("age_2" AS text)) AS INTEGER) AS TEXT) = (CAST("age_2" AS text))) AND CAST((CAST("age_2" AS text)) AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS INTEGER) END)) AND NOT ("age_2" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_people_age_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_age_2_not_null_update" BEFORE UPDATE OF "age_2" ON "people"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.age_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_age_2_not_null_update";

-- step: compare_people_first_name_last_name
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL))) FROM "people"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL))) FROM "people"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "name", "first_name", "last_name" FROM "people"
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1)
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ((rtrim(rtrim("name", replace("name", ' ', '')))) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "people" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ((rtrim(rtrim("name", replace("name", ' ', '')))) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "people" SET "name" = (ltrim("first_name" || ' ' || coalesce("last_name", '')))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ("first_name" IS NOT (rtrim(rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', ''))))) AND NOT ("last_name" IS NOT (nullif(replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', '')), ''), ''))) AND NOT ("first_name" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "people" SET "name" = (ltrim("first_name" || ' ' || coalesce("last_name", '')))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ("first_name" IS NOT (rtrim(rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', ''))))) AND NOT ("last_name" IS NOT (nullif(replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', '')), ''), ''))) AND NOT ("first_name" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_people_first_name_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_first_name_not_null_update" BEFORE UPDATE OF "first_name" ON "people"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.first_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_first_name_not_null_update";

-- step: compare_people_address
-- lock: that of a reader on "people", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: people
-- key: id
-- legacy: street, town
-- targets: address
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL))) FROM "people"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL))) FROM "people"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "street", "town", "address" FROM "people"
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND ("id") >= ($1)
ORDER BY "people"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "people" SET "address" = ("street" || ' ' || "town")
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND NOT (("street" || ' ' || "town") IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "people" SET "address" = ("street" || ' ' || "town")
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND NOT (("street" || ' ' || "town") IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "people" SET "street" = (rtrim(rtrim("address", replace("address", ' ', '')))), "town" = (replace("address", rtrim("address", replace("address", ' ', '')), ''))
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND NOT ("address" IS NOT ((rtrim(rtrim("address", replace("address", ' ', '')))) || ' ' || (replace("address", rtrim("address", replace("address", ' ', '')), '')))) AND NOT ("address" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "people" SET "street" = (rtrim(rtrim("address", replace("address", ' ', '')))), "town" = (replace("address", rtrim("address", replace("address", ' ', '')), ''))
WHERE ("address" IS NOT ("street" || ' ' || "town") OR ("address" IS NULL)) AND NOT ("address" IS NOT ((rtrim(rtrim("address", replace("address", ' ', '')))) || ' ' || (replace("address", rtrim("address", replace("address", ' ', '')), '')))) AND NOT ("address" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_people_address_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_not_null_update" BEFORE UPDATE OF "address" ON "people"
FOR EACH ROW WHEN NOT (NEW."address" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.address');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_not_null_update";

-- step: create_colmig_guard_people_address_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_check_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (length(NEW."address") > 2)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: people_address_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_check_insert";

-- step: create_colmig_guard_people_address_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_check_update" BEFORE UPDATE ON "people"
FOR EACH ROW WHEN NOT (length(NEW."address") > 2)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: people_address_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_check_update";

-- step: prove_people_address_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: people
-- key: id
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "id" = "id"
WHERE NOT (length("address") > 2) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "id" = "id"
WHERE NOT (length("address") > 2) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "people" WHERE NOT (length("address") > 2) LIMIT $1;

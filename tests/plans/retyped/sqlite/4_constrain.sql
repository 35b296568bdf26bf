-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: constrain
-- database: sqlite

-- step: compare_users_age_2
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL))) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL))) FROM "users"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "age", "age_2" FROM "users"
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "users" SET "age_2" = (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END)
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ((CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "users" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS NOT (CASE WHEN (trim((CAST("age_2" AS text))) GLOB '[0-9]*' OR trim((CAST("age_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("age_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("age_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("age_2" AS text)) AS INTEGER) AS TEXT) = (CAST("age_2" AS text))) AND CAST((CAST("age_2" AS text)) AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS INTEGER) END)) AND NOT ("age_2" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "users" SET "age" = (CAST("age_2" AS text))
WHERE ("age_2" IS NOT (CASE WHEN (trim("age") GLOB '[0-9]*' OR trim("age") GLOB '[-+][0-9]*') AND substr(trim("age"), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim("age"), '+-0')) <= 18 OR CAST(CAST("age" AS INTEGER) AS TEXT) = "age") AND CAST("age" AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST("age" AS INTEGER) END) OR ("age_2" IS NULL)) AND NOT ("age_2" IS NOT (CASE WHEN (trim((CAST("age_2" AS text))) GLOB '[0-9]*' OR trim((CAST("age_2" AS text))) GLOB '[-+][0-9]*') AND substr(trim((CAST("age_2" AS text))), 2) NOT GLOB '*[^0-9]*' AND (length(ltrim(trim((CAST("age_2" AS text))), '+-0')) <= 18 OR CAST(CAST((CAST("age_2" AS text)) AS INTEGER) AS TEXT) = (CAST("age_2" AS text))) AND CAST((CAST("age_2" AS text)) AS INTEGER) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST("age_2" AS text)) AS INTEGER) END)) AND NOT ("age_2" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_users_age_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_age_2_not_null_update" BEFORE UPDATE OF "age_2" ON "users"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.age_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_age_2_not_null_update";

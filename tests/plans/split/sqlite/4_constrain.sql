-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: constrain
-- database: sqlite

-- step: compare_users_first_name_last_name
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL))) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL))) FROM "users"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "name", "first_name", "last_name" FROM "users"
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ((rtrim(rtrim("name", replace("name", ' ', '')))) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "users" SET "first_name" = (rtrim(rtrim("name", replace("name", ' ', '')))), "last_name" = (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), ''))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ((rtrim(rtrim("name", replace("name", ' ', '')))) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "users" SET "name" = (ltrim("first_name" || ' ' || coalesce("last_name", '')))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ("first_name" IS NOT (rtrim(rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', ''))))) AND NOT ("last_name" IS NOT (nullif(replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', '')), ''), ''))) AND NOT ("first_name" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "users" SET "name" = (ltrim("first_name" || ' ' || coalesce("last_name", '')))
WHERE ("first_name" IS NOT (rtrim(rtrim("name", replace("name", ' ', '')))) OR "last_name" IS NOT (nullif(replace("name", rtrim("name", replace("name", ' ', '')), ''), '')) OR ("first_name" IS NULL)) AND NOT ("first_name" IS NOT (rtrim(rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', ''))))) AND NOT ("last_name" IS NOT (nullif(replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), rtrim((ltrim("first_name" || ' ' || coalesce("last_name", ''))), replace((ltrim("first_name" || ' ' || coalesce("last_name", ''))), ' ', '')), ''), ''))) AND NOT ("first_name" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_users_first_name_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_first_name_not_null_update" BEFORE UPDATE OF "first_name" ON "users"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.first_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_first_name_not_null_update";

-- step: create_index_users_last_name_key
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE UNIQUE INDEX "users_last_name_key" ON "users" ("last_name");
-- revert:
--   DROP INDEX "users_last_name_key";
